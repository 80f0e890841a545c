-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "auth";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- Names are sorted as Indonesians sort them, numbers within them by their value.
create collation id_natural (provider = icu, locale = 'id-u-kn-true');

-- CreateTable
CREATE TABLE "region" (
    "code" TEXT NOT NULL,
    "parent_code" TEXT,
    "level" SMALLINT NOT NULL,
    "name" TEXT COLLATE "id_natural" NOT NULL,
    "folded" TEXT NOT NULL DEFAULT '',
    "zone" TEXT NOT NULL,

    CONSTRAINT "region_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "office" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT COLLATE "id_natural" NOT NULL,
    "folded" TEXT NOT NULL DEFAULT '',
    "region_code" TEXT,
    "parent_id" UUID,
    "institution_id" UUID NOT NULL,
    "path" UUID[],
    "mailbox" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "office_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "office_holder" (
    "id" UUID NOT NULL,
    "office_id" UUID NOT NULL,
    "person_name" TEXT COLLATE "id_natural" NOT NULL,
    "position" TEXT NOT NULL,
    "capacity" TEXT NOT NULL,
    "from_day" DATE NOT NULL,
    "until_day" DATE,
    "signs" TEXT[],
    "decree_number" TEXT NOT NULL,
    "decree_day" DATE NOT NULL,
    "user_id" TEXT,
    "entered_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "office_holder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "former_name" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" TEXT,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "former_name_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "handover" (
    "id" UUID NOT NULL,
    "office_id" UUID NOT NULL,
    "outgoing_id" UUID NOT NULL,
    "incoming_id" UUID NOT NULL,
    "opened_on" DATE NOT NULL,
    "done_on" DATE,
    "done_by" TEXT,

    CONSTRAINT "handover_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "office_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "from_day" DATE NOT NULL,
    "until_day" DATE,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "permission" (
    "action" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "reach" TEXT NOT NULL,

    CONSTRAINT "permission_pkey" PRIMARY KEY ("action","role")
);

-- CreateTable
CREATE TABLE "agreement" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "state" JSONB NOT NULL,
    "kind" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "stage_since" DATE NOT NULL,
    "title" TEXT COLLATE "id_natural" NOT NULL,
    "region_code" TEXT NOT NULL,
    "branch_id" UUID,
    "start_day" DATE NOT NULL,
    "end_day" DATE NOT NULL,
    "parent_id" UUID,
    "renewal_of" UUID,
    "ended_reason" TEXT,
    "last_day" DATE,
    "desks" UUID[],
    "revision" INTEGER NOT NULL,
    "zone" TEXT NOT NULL,
    "parties" JSONB NOT NULL,
    "fully_signed" BOOLEAN NOT NULL,
    "turn_since" DATE NOT NULL,
    "seen_by" UUID[],
    "introduces" UUID[] DEFAULT ARRAY[]::UUID[],
    "folded" TEXT NOT NULL DEFAULT '',
    "likeness" TEXT NOT NULL DEFAULT '',
    "release" TEXT,
    "created_on" DATE NOT NULL,
    "changed_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agreement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "acquaintance" (
    "office_id" UUID NOT NULL,
    "known_to" UUID[],

    CONSTRAINT "acquaintance_pkey" PRIMARY KEY ("office_id")
);

-- CreateTable
CREATE TABLE "agreement_area" (
    "agreement_id" UUID NOT NULL,
    "region_code" TEXT NOT NULL,

    CONSTRAINT "agreement_area_pkey" PRIMARY KEY ("agreement_id","region_code")
);

-- CreateTable
CREATE TABLE "submitting_office" (
    "agreement_id" UUID NOT NULL,
    "office_id" UUID NOT NULL,

    CONSTRAINT "submitting_office_pkey" PRIMARY KEY ("agreement_id","office_id")
);

-- CreateTable
CREATE TABLE "planned_milestone" (
    "entity_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "place" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "stage" TEXT,
    "due_day" DATE NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "planned_milestone_pkey" PRIMARY KEY ("entity_id","key")
);

-- CreateTable
CREATE TABLE "number_reservation" (
    "command_id" UUID NOT NULL,
    "agreement_id" UUID NOT NULL,
    "party_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "number_key" TEXT NOT NULL,
    "dated" DATE NOT NULL,

    CONSTRAINT "number_reservation_pkey" PRIMARY KEY ("command_id")
);

-- CreateTable
CREATE TABLE "reservation_answer" (
    "command_id" UUID NOT NULL,
    "entity_id" UUID NOT NULL,
    "refusal" JSONB,
    "answered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reservation_answer_pkey" PRIMARY KEY ("command_id")
);

-- CreateTable
CREATE TABLE "signature_reservation" (
    "command_id" UUID NOT NULL,
    "agreement_id" UUID NOT NULL,
    "party_id" UUID NOT NULL,
    "holder_id" UUID,
    "signed_on" DATE NOT NULL,

    CONSTRAINT "signature_reservation_pkey" PRIMARY KEY ("command_id")
);

-- CreateTable
CREATE TABLE "term_reservation" (
    "command_id" UUID NOT NULL,
    "agreement_id" UUID NOT NULL,
    "start_day" DATE NOT NULL,
    "end_day" DATE NOT NULL,
    "exception_note_id" UUID,

    CONSTRAINT "term_reservation_pkey" PRIMARY KEY ("command_id")
);

-- CreateTable
CREATE TABLE "renewal_reservation" (
    "predecessor_id" UUID NOT NULL,
    "successor_id" UUID NOT NULL,

    CONSTRAINT "renewal_reservation_pkey" PRIMARY KEY ("predecessor_id")
);

-- CreateTable
CREATE TABLE "note" (
    "id" UUID NOT NULL,
    "agreement_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "office_id" UUID NOT NULL,
    "author_id" TEXT NOT NULL,
    "visibility" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "evidence" (
    "id" UUID NOT NULL,
    "agreement_id" UUID NOT NULL,
    "letter_number" TEXT NOT NULL,
    "letter_day" DATE NOT NULL,
    "document_id" UUID,
    "office_id" UUID NOT NULL,
    "author_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "subject" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "agreement_id" UUID,
    "office_id" UUID,
    "body" TEXT NOT NULL,
    "event" JSONB NOT NULL,
    "prev_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_head" (
    "subject" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "hash" BYTEA NOT NULL,
    "sealed_seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "audit_seal" (
    "seq" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "prev_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "change_event" (
    "seq" BIGSERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "subject_id" UUID,
    "xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "change_event_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "agreement_id" UUID,
    "cause_key" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "offices" UUID[],
    "office_id" UUID,
    "user_id" TEXT,
    "reader" TEXT NOT NULL DEFAULT '',
    "seen_by" UUID[] DEFAULT ARRAY[]::UUID[],
    "to_address" TEXT,
    "message_id" TEXT NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "milestone" TEXT,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "not_sent_because" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "times_put_off" INTEGER NOT NULL DEFAULT 0,
    "put_off_since" TIMESTAMPTZ(3),
    "relay_id" INTEGER,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "possibly_doubled" BOOLEAN NOT NULL DEFAULT false,
    "last_error" TEXT,
    "subject" TEXT,
    "html" TEXT,
    "text" TEXT,
    "request_id" TEXT NOT NULL,
    "business_day" DATE NOT NULL,
    "sent_business_at" TIMESTAMPTZ(3),
    "sent_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail_trouble" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "code" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_trouble_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "installation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "kind" TEXT NOT NULL,
    "clock_offset" BIGINT NOT NULL DEFAULT 0,
    "advance_to" DATE,
    "advance_done" INTEGER NOT NULL DEFAULT 0,
    "advance_total" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reminder_policy" (
    "version" INTEGER NOT NULL,
    "days_before" INTEGER[],
    "mail_hour" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "published_by" TEXT,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "to_replan" INTEGER NOT NULL DEFAULT 0,
    "replanned" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "reminder_policy_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "calendar" (
    "version" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "calendar_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "engine_message" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "engine_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "principal" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "command_id" UUID NOT NULL,
    "entity_id" UUID,
    "status" INTEGER,
    "response" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("principal","key")
);

-- CreateTable
CREATE TABLE "auth"."user" (
    "id" TEXT NOT NULL,
    "name" TEXT COLLATE "id_natural" NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "must_change_password" BOOLEAN NOT NULL DEFAULT false,
    "password_given_at" TIMESTAMPTZ(3),
    "password_used_at" TIMESTAMPTZ(3),
    "home_id" UUID,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth"."session" (
    "id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth"."account" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth"."verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth"."security_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "code" TEXT,
    "user_id" TEXT,
    "by_user_id" TEXT,
    "office_id" UUID,
    "account" BYTEA,
    "origin" BYTEA,

    CONSTRAINT "security_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "region_parent_code_idx" ON "region"("parent_code");

-- CreateIndex
CREATE INDEX "office_path_idx" ON "office" USING GIN ("path");

-- CreateIndex
CREATE INDEX "office_name_id_idx" ON "office"("name", "id");

-- CreateIndex
CREATE INDEX "office_institution_id_idx" ON "office"("institution_id");

-- CreateIndex
CREATE UNIQUE INDEX "office_parent_id_folded_key" ON "office"("parent_id", "folded");

-- CreateIndex
CREATE INDEX "office_holder_office_id_from_day_idx" ON "office_holder"("office_id", "from_day");

-- CreateIndex
CREATE INDEX "former_name_subject_until_id_idx" ON "former_name"("subject", "until", "id");

-- CreateIndex
CREATE INDEX "handover_office_id_idx" ON "handover"("office_id");

-- CreateIndex
CREATE INDEX "membership_office_id_idx" ON "membership"("office_id");

-- CreateIndex
CREATE UNIQUE INDEX "membership_user_id_office_id_role_from_day_key" ON "membership"("user_id", "office_id", "role", "from_day");

-- CreateIndex
CREATE INDEX "agreement_seen_by_idx" ON "agreement" USING GIN ("seen_by");

-- CreateIndex
CREATE INDEX "agreement_desks_idx" ON "agreement" USING GIN ("desks");

-- CreateIndex
CREATE INDEX "agreement_end_day_id_idx" ON "agreement"("end_day", "id");

-- CreateIndex
CREATE INDEX "agreement_recorded_at_id_idx" ON "agreement"("recorded_at", "id");

-- CreateIndex
CREATE INDEX "agreement_title_id_idx" ON "agreement"("title", "id");

-- CreateIndex
CREATE INDEX "agreement_stage_end_day_id_idx" ON "agreement"("stage", "end_day", "id");

-- CreateIndex
CREATE INDEX "acquaintance_known_to_idx" ON "acquaintance" USING GIN ("known_to");

-- CreateIndex
CREATE INDEX "agreement_stage_release_idx" ON "agreement"("stage", "release");

-- CreateIndex
CREATE INDEX "agreement_parent_id_idx" ON "agreement"("parent_id");

-- CreateIndex
CREATE INDEX "agreement_renewal_of_idx" ON "agreement"("renewal_of");

-- CreateIndex
CREATE INDEX "agreement_likeness_idx" ON "agreement"("likeness");

-- CreateIndex
CREATE INDEX "planned_milestone_entity_id_place_idx" ON "planned_milestone"("entity_id", "place");

-- CreateIndex
CREATE INDEX "planned_milestone_due_at_idx" ON "planned_milestone"("due_at");

-- CreateIndex
CREATE UNIQUE INDEX "number_is_free" ON "number_reservation"("party_id", "kind", "year", "number_key");

-- CreateIndex
CREATE UNIQUE INDEX "one_number_per_party" ON "number_reservation"("agreement_id", "party_id");

-- CreateIndex
CREATE INDEX "reservation_answer_answered_at_idx" ON "reservation_answer"("answered_at");

-- CreateIndex
CREATE INDEX "idempotency_command_id_idx" ON "idempotency"("command_id");

-- CreateIndex
CREATE UNIQUE INDEX "one_signature_per_party" ON "signature_reservation"("agreement_id", "party_id");

-- CreateIndex
CREATE INDEX "term_reservation_agreement_id_idx" ON "term_reservation"("agreement_id");

-- CreateIndex
CREATE UNIQUE INDEX "renewal_reservation_successor_id_key" ON "renewal_reservation"("successor_id");

-- CreateIndex
CREATE INDEX "note_agreement_id_idx" ON "note"("agreement_id");

-- CreateIndex
CREATE INDEX "evidence_agreement_id_idx" ON "evidence"("agreement_id");

-- CreateIndex
CREATE INDEX "audit_event_agreement_id_idx" ON "audit_event"("agreement_id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_subject_seq_key" ON "audit_event"("subject", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_subject_key_key" ON "audit_event"("subject", "key");

-- CreateIndex
CREATE INDEX "change_event_created_at_idx" ON "change_event"("created_at");

-- CreateIndex
CREATE INDEX "outbox_state_not_before_idx" ON "outbox"("state", "not_before");

-- CreateIndex
CREATE INDEX "outbox_agreement_id_idx" ON "outbox"("agreement_id");

-- CreateIndex
CREATE INDEX "outbox_created_at_id_idx" ON "outbox"("created_at", "id");

-- CreateIndex
CREATE INDEX "outbox_not_before_id_idx" ON "outbox"("not_before", "id");

-- CreateIndex
CREATE INDEX "outbox_seen_by_idx" ON "outbox" USING GIN ("seen_by");

-- CreateIndex
CREATE UNIQUE INDEX "one_mail_per_cause" ON "outbox"("cause_key", "template", "reader", "agreement_id");

-- CreateIndex
CREATE INDEX "engine_message_created_at_idx" ON "engine_message"("created_at");

-- CreateIndex
CREATE INDEX "idempotency_created_at_idx" ON "idempotency"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "auth"."user"("email");

-- CreateIndex
CREATE INDEX "user_home_id_idx" ON "auth"."user"("home_id");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "auth"."session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "auth"."session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "auth"."account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "auth"."verification"("identifier");

-- CreateIndex
CREATE INDEX "security_event_account_at_idx" ON "auth"."security_event"("account", "at");

-- CreateIndex
CREATE INDEX "security_event_origin_at_idx" ON "auth"."security_event"("origin", "at");

-- CreateIndex
CREATE INDEX "security_event_office_id_id_idx" ON "auth"."security_event"("office_id", "id");

-- CreateIndex
CREATE INDEX "security_event_at_idx" ON "auth"."security_event"("at");

-- AddForeignKey
ALTER TABLE "region" ADD CONSTRAINT "region_parent_code_fkey" FOREIGN KEY ("parent_code") REFERENCES "region"("code") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "office" ADD CONSTRAINT "office_region_code_fkey" FOREIGN KEY ("region_code") REFERENCES "region"("code") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "office" ADD CONSTRAINT "office_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "office"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "office_holder" ADD CONSTRAINT "office_holder_office_id_fkey" FOREIGN KEY ("office_id") REFERENCES "office"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "handover" ADD CONSTRAINT "handover_office_id_fkey" FOREIGN KEY ("office_id") REFERENCES "office"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "handover" ADD CONSTRAINT "handover_outgoing_id_fkey" FOREIGN KEY ("outgoing_id") REFERENCES "office_holder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "handover" ADD CONSTRAINT "handover_incoming_id_fkey" FOREIGN KEY ("incoming_id") REFERENCES "office_holder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_office_id_fkey" FOREIGN KEY ("office_id") REFERENCES "office"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "auth"."user" ADD CONSTRAINT "user_home_id_fkey" FOREIGN KEY ("home_id") REFERENCES "office"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "auth"."session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "auth"."account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What columns may hold, and indexes that Prisma's schema cannot say. Rights, row policies and
-- functions stand in `prisma/rights`.

alter table region add check (level between 1 and 4);
alter table region add check (zone in ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'));
-- A role that was ended at once on its first day had none.
alter table membership add check (until_day is null or until_day >= from_day - 1);
alter table office_holder add check (until_day is null or until_day >= from_day);
alter table office_holder add check (capacity in ('definitif', 'pj', 'plt', 'plh'));
alter table office_holder add check (signs <@ array['mou', 'pks']);
alter table former_name add check (kind in ('office', 'holder', 'region'));
alter table agreement add check (version > 0 and end_day >= start_day);
alter table note add check (visibility in ('shared', 'internal'));
alter table note add check (length(text) between 1 and 10000);
alter table outbox add check (state in ('queued', 'sending', 'sent', 'unknown', 'failed', 'not-sent'));
alter table mail_trouble add check (id = 1);
alter table installation add check (id = 1);
alter table installation add check (kind in ('real', 'training'));
-- The clock of a real installation cannot be moved.
alter table installation add check (kind = 'training' or clock_offset = 0);
alter table reminder_policy add check (mail_hour between 0 and 23);
alter table reminder_policy add check (cardinality(days_before) between 1 and 60);

-- From the operator's office everything is reached, so there is one, and it is nobody's below.
create unique index one_operator on office ((true)) where kind = 'operator';
alter table office add check (kind <> 'operator' or parent_id is null);

-- Two roots of one name are one too many; the unique key of (parent, name) does not see null.
create unique index office_root_name on office (folded) where parent_id is null;

-- What people search by pieces of words: by trigrams, of the extension that comes with PostgreSQL.
-- It has a schema of its own unless somebody has installed it before.
create schema if not exists extensions;
create extension if not exists pg_trgm schema extensions;
set local search_path to public, extensions;
create index agreement_folded on agreement using gin (folded gin_trgm_ops);
create index office_folded on office using gin (folded gin_trgm_ops);
create index region_folded on region using gin (folded gin_trgm_ops);

-- Which open agreements are planned by the oldest rules.
create index agreement_rules on agreement (((state ->> 'rulesVersion')::integer))
  where stage <> 'ended';

-- Sessions are asked for by the hash of their token.
create index session_token_hash on auth.session (sha256(token::bytea));

create index audit_head_unsealed on audit_head (subject) where seq > sealed_seq;
create index change_event_in_order on change_event (xid, seq);
create index engine_message_waiting on engine_message (id) where delivered_at is null;
