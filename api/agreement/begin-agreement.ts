/** Beginning an agreement: it is proposed from nothing, or as the renewal of another. */
import { listedParties } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { dayAt } from '../../domain/shared/day.ts';
import type { Day, Zone } from '../../domain/shared/day.ts';
import type { Action } from '../../domain/permissions.ts';
import {
  propose,
  proposedAgain,
  requireOutside,
  requireOwnPlaces,
  sideOf,
} from '../../domain/agreement/proposal.ts';
import type { PartyOffice, PresentInstitution, Proposal } from '../../domain/agreement/proposal.ts';
import { requireRenewable } from '../../domain/agreement/renewal.ts';
import type { Parent } from '../../domain/agreement/term.ts';
import { requireParticipant } from '../../domain/agreement/turn.ts';
import type { OfficeKind } from '../../domain/office/office.ts';
import type { Tx } from '../../prisma/connect.ts';
import { newestRules } from '../../prisma/published-rules.ts';
import type { createAgreement, renewAgreement } from './contract.ts';
import type { Route } from '../http/route.ts';
import { derivedId } from '../http/derived-id.ts';
import { oneOutcome } from '../http/one-outcome.ts';
import { requireScope } from '../office/scope.ts';
import { problemOf, Refused } from '../http/problems.ts';
import type { HttpAnswer, Call } from '../http/router.ts';
import type { AgreementParts } from './execute-command.ts';
import { inWords } from './names.ts';
import { writeNote } from './notes.ts';
import { placesOf, writePlaces } from './places.ts';
import type { Authorship } from './notes.ts';
import { readAgreement, storedState } from './read-agreement.ts';
import type { CommandMetadata } from '../../domain/shared/command-metadata.ts';

/** Proposes an agreement and answers it as soon as it can be read. */
export function proposeAgreement(
  parts: AgreementParts,
  call: Call<typeof createAgreement>,
): Promise<HttpAnswer> {
  return begin(parts, call, async (tx, commandId) => {
    const { body } = call;
    const office = await officeIn(tx, 'agreement.create', body.proposer, 'proposer');
    const zone = await zoneOf(tx, body.region, 'region');
    await requireKnownPlaces(tx, body);
    const { author, given } = originOf(call, commandId, office, zone);
    const parties: Proposal['parties'] = [];
    for (const [at, party] of body.parties.entries()) {
      const outside = 'outside' in party;
      const id = outside
        ? await writeNote(tx, author, 'outside-party', party.outside, `outside-party-${at}`)
        : await existing(tx, party.office, `parties.${at}.office`);
      parties.push({ id, side: party.side, outside });
    }
    await requireOffices(
      tx,
      body.approvals.flatMap(({ offices }) => offices),
      'approvals',
    );
    const parent = body.parent === undefined ? null : await parentOf(tx, body.parent);
    const { parentException: exception, proposingParty = body.proposer } = body;
    await requireOwnPlacesOf(tx, { parties, proposingParty, region: body.region }, office);
    const titleNoteId = await writeNote(tx, author, 'title', body.title);
    const { area = [body.region], submittingOffices } = body;
    await writePlaces(tx, author, { area, submittingOffices });
    const proposal = propose({
      ...body,
      id: author.agreementId,
      titleNoteId,
      zone,
      parties,
      proposingParty,
      parent: parent && {
        ...parent,
        exceptionNoteId: exception ? await writeNote(tx, author, 'exception', exception) : null,
      },
      renewalOf: null,
      ...(await newestRules(tx)),
      clockOffset: await clockOffset(tx),
      created: given,
    });
    if (!body.alongside) await requireNoTwin(tx, proposal, body.title);
    return proposal;
  });
}

/** Begins the renewal of an agreement: its next, pre-filled from it, through the full procedure. */
export function proposeRenewal(
  parts: AgreementParts,
  call: Call<typeof renewAgreement>,
): Promise<HttpAnswer> {
  return begin(parts, call, async (tx, commandId) => {
    const before = await storedState(tx, call.params.id);
    const { body } = call;
    const wanted = body.office ?? before.proposer;
    const office = await officeIn(tx, 'agreement.renew', wanted, 'office');
    requireParticipant(before, office);
    requireRenewable({ ...before, renewal: null }, before.kind, body.term);
    await requireKnownPlaces(tx, body);
    const { author, given } = originOf(call, commandId, office, before.zone);

    const parentId = body.parent === undefined ? before.parent?.id : body.parent;
    const parent = parentId == null ? null : await parentOf(tx, parentId);
    const { parentException: exception } = body;
    const title = body.title ?? (await textOf(tx, before.titleNoteId));
    const parties = await partiesAgain(tx, author, before, body.parties);
    await requireOwnPlacesOf(tx, { ...before, parties }, before.proposer);
    const titleNoteId = await writeNote(tx, author, 'title', title);
    const places = await placesOf(tx, before.id);
    const { area = places.area, submittingOffices = places.submittingOffices } = body;
    await writePlaces(tx, author, { area, submittingOffices });
    const renewal = propose({
      ...before,
      id: author.agreementId,
      form: body.form ?? before.form,
      legalBasis: body.legalBasis ?? before.legalBasis,
      titleNoteId,
      parties,
      approvals: proposedAgain(before),
      term: body.term,
      asMeant: body.asMeant,
      parent: parent && {
        ...parent,
        exceptionNoteId: exception ? await writeNote(tx, author, 'exception', exception) : null,
      },
      renewalOf: before.id,
      ...(await newestRules(tx)),
      clockOffset: await clockOffset(tx),
      created: given,
    });
    if (!body.alongside) await requireNoTwin(tx, renewal, title);
    return renewal;
  });
}

// A party outside the system stays outside, named by a note of the new agreement, unless an office takes its
// place.
async function partiesAgain(
  tx: Tx,
  author: Authorship,
  before: AgreementState,
  joining: Call<typeof renewAgreement>['body']['parties'],
): Promise<Proposal['parties']> {
  const isOutside = (party: string) =>
    before.parties.some(({ id, outside }) => id === party && outside);
  const strange = joining.findIndex(({ party }) => !isOutside(party));
  if (strange >= 0) {
    const party = joining[strange]?.party ?? '';
    throw new Refused('PartyUnknown', { party }, { field: `parties.${strange}.party` });
  }
  const twice = joining.find(({ party }, at) =>
    joining.slice(0, at).some((one) => one.party === party),
  );
  if (twice) throw new Refused('PartyTwice', { party: twice.party });
  const parties: Proposal['parties'] = [];
  for (const [at, party] of before.parties.entries()) {
    const joined = joining.findIndex((each) => each.party === party.id);
    parties.push(await partyAgain(at, party, joined));
  }
  return parties;

  async function partyAgain(
    at: number,
    { id, side, outside }: AgreementState['parties'][number],
    joined: number,
  ): Promise<Proposal['parties'][number]> {
    const office = joining[joined]?.office;
    if (office !== undefined) {
      const kind = await kindOf(tx, office, `parties.${joined}.office`);
      return { id: office, side: sideOf(kind), outside: false };
    }
    if (!outside) return { id, side, outside };
    const name = await textOf(tx, id);
    const ownId = await writeNote(tx, author, 'outside-party', name, `outside-party-${at}`);
    return { id: ownId, side, outside };
  }
}

async function kindOf(tx: Tx, office: string, field: string): Promise<OfficeKind> {
  const row = await tx.office.findUnique({ where: { id: office } });
  if (!row) throw new Refused('OfficeUnknown', {}, { field });
  return row.kind as OfficeKind;
}

// The id of an agreement is that of the command by which it is proposed.
function agreementIdOf(commandId: string): string {
  return derivedId(commandId, 'agreement');
}

async function begin(
  parts: AgreementParts,
  call: Call<Route>,
  compose: (tx: Tx, commandId: string) => Promise<AgreementState>,
): Promise<HttpAnswer> {
  const work = async (tx: Tx, commandId: string) => {
    const id = agreementIdOf(commandId);
    const read = (later: Tx) => created(later, call, id);
    // Begun before, by a request that ended before it kept its answer: whatever the rules say today,
    // the agreement exists.
    const begun = await read(tx);
    if (begun) return begun;
    const agreement = await compose(tx, commandId);
    const ask = (signal: AbortSignal) => start(parts, agreement, signal);
    return { subject: id, ask, read, refuse };
  };
  return oneOutcome(parts, call, work, agreementIdOf);

  async function refuse(tx: Tx, { code, params }: Refused): Promise<HttpAnswer> {
    const problem = problemOf(new Refused(code, await inWords(tx, params)), call.requestId);
    return { status: problem.status, rendered: JSON.stringify(problem) };
  }
}

// A renewal can still be refused, and so can a PKS under an MoU: whether the predecessor is free
// and the MoU long enough is decided when the agreement is first recorded.
async function start(
  { workflows }: AgreementParts,
  agreement: AgreementState,
  signal: AbortSignal,
): Promise<void> {
  const { id, renewalOf, parent } = agreement;
  await workflows.start(agreement);
  if (renewalOf === null && parent === null) return;
  const refusal = await workflows.refusedAtStart(id, signal).catch(() => null);
  if (refusal) throw refusal;
}

async function created(tx: Tx, call: Call<Route>, id: string): Promise<HttpAnswer | undefined> {
  if ((await tx.agreement.count({ where: { id } })) === 0) return undefined;
  const body = await readAgreement(tx, id, call.principal);
  return { body, etag: body.revision, location: `/api/v1/agreements/${id}` };
}

function originOf(
  { principal, requestId }: Call,
  commandId: string,
  officeId: string,
  zone: Zone,
): { author: Authorship; given: CommandMetadata } {
  const { userId, now } = principal;
  const agreementId = agreementIdOf(commandId);
  return {
    author: { commandId, agreementId, officeId, authorId: userId },
    given: {
      commandId,
      recordedBy: { userId, officeId },
      businessDay: dayAt(now, zone),
      givenAt: now,
      requestId,
    },
  };
}

async function officeIn(tx: Tx, action: Action, office: string, field: string): Promise<string> {
  await existing(tx, office, field);
  await requireScope(tx, action, office, { field });
  return office;
}

async function existing(tx: Tx, id: string, field: string): Promise<string> {
  await requireOffices(tx, [id], field);
  return id;
}

/** Refuses an area or offices for submitting that nobody has heard of. */
async function requireKnownPlaces(
  tx: Tx,
  {
    area = [],
    submittingOffices = [],
  }: Pick<Call<typeof renewAgreement>['body'], 'area' | 'submittingOffices'>,
): Promise<void> {
  const [strange] = await tx.$queryRaw<{ code: string }[]>`
    select code from unnest(${area}::text[]) code
    where not exists (select from region where region.code = code.code) limit 1`;
  if (strange) throw new Refused('RegionUnknown', { region: strange.code }, { field: 'area' });
  await requireOffices(tx, submittingOffices, 'submittingOffices');
}

async function requireOffices(tx: Tx, ids: readonly string[], field: string): Promise<void> {
  const strange = await tx.$queryRaw<unknown[]>`
    select from unnest(${[...ids]}::uuid[]) named (id)
    where not exists (select from office where office.id = named.id) limit 1`;
  if (strange.length > 0) throw new Refused('OfficeUnknown', {}, { field });
}

async function requireOwnPlacesOf(
  tx: Tx,
  proposal: Pick<Proposal, 'parties' | 'proposingParty' | 'region'>,
  proposerId: string,
): Promise<void> {
  const ids = [proposerId, ...proposal.parties.map(({ id }) => id)];
  const offices = await tx.$queryRaw<PartyOffice[]>`
    select office.id, office.kind, office.institution_id as institution, office.path,
      above.region_code as region
    from office join office above on above.id = office.institution_id
    where office.id = any (${ids}::uuid[])`;
  const proposer = offices.find(({ id }) => id === proposerId);
  if (!proposer) throw new Refused('OfficeUnknown', {}, { field: 'proposer' });
  const parties = offices.filter(({ id }) => proposal.parties.some((party) => party.id === id));
  requireOwnPlaces(proposal, parties, proposer);
  const outside = proposal.parties.filter((party) => party.outside).map(({ id }) => id);
  if (outside.length === 0) return;
  requireOutside(
    proposal,
    await tx.$queryRaw<PresentInstitution[]>`
      select * from institutions_present(${proposal.region}, ${outside}::uuid[])`,
  );
}

// Two agreements of the same parties about the same thing at one time are mostly a mistake, so the caller has to
// confirm the second one. Agreements that the caller may not see are not mentioned.
async function requireNoTwin(
  tx: Tx,
  proposal: Pick<AgreementState, 'id' | 'kind' | 'parties' | 'zone' | 'term' | 'renewalOf'>,
  title: string,
): Promise<void> {
  const { id, kind, term, renewalOf } = proposal;
  const parties = JSON.stringify(listedParties(proposal));
  const [twin] = await tx.$queryRaw<{ id: string; title: string; start: Day; end: Day }[]>`
    select id, title, start_day::text as start, end_day::text as "end"
    from twins_of(${id}::uuid, likeness_of(${kind}, ${parties}::jsonb, ${title}),
      ${term.start}::date, ${term.end}::date, ${renewalOf}::uuid)
    order by start_day, id limit 1`;
  if (!twin) return;
  const existing = { id: twin.id, title: twin.title, href: `/api/v1/agreements/${twin.id}` };
  const params = { title: twin.title, start: twin.start, end: twin.end };
  throw new Refused('AgreementTwice', params, { existing });
}

async function zoneOf(tx: Tx, region: string, field: string): Promise<Zone> {
  const row = await tx.region.findUnique({ where: { code: region } });
  if (!row) throw new Refused('RegionUnknown', { region }, { field });
  return row.zone as Zone;
}

async function parentOf(tx: Tx, id: string): Promise<Parent> {
  const row = await tx.agreement.findUnique({ where: { id }, select: { state: true } });
  if (!row) throw new Refused('AgreementUnknown', {}, { field: 'parent' });
  const { kind, stage, term, ending } = row.state as unknown as AgreementState;
  return { id, kind, stage, term, ending };
}

async function textOf(tx: Tx, noteId: string): Promise<string> {
  return (await tx.note.findUniqueOrThrow({ where: { id: noteId } })).text;
}

async function clockOffset(tx: Tx): Promise<number> {
  return Number((await tx.installation.findUniqueOrThrow({ where: { id: 1 } })).clockOffset);
}
