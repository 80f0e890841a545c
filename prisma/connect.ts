/**
 * The one entrance to PostgreSQL. Feature code gets a `Database` and can do nothing with it but
 * open a transaction as somebody; the client itself never leaves this file.
 */
import { createHash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { UserId } from '../domain/shared/ids.ts';
import type { Day, Instant, Zone } from '../domain/shared/day.ts';
import { Prisma, PrismaClient } from './client/client.ts';

/** Who a transaction is for. Row policies judge a user's memberships on the business day. */
export type Actor = { kind: 'user'; userId: UserId; day: Day } | { kind: 'engine' };

/** What may be done inside a transaction. */
export type Tx = Prisma.TransactionClient;

/** Statements in SQL, where nothing is written. Whoever has a whole `Tx` can hand it over as one. */
export type Reading = Pick<Tx, '$queryRaw'>;

/** The settings of a transaction in which row policies look up who the user is, by their names. */
export type ActorSettings = Record<string, string>;

export type Database = {
  /** Runs the work in one transaction in which row policies see this actor. */
  withActor: <T>(actor: Actor, work: (tx: Tx) => Promise<T>, limits?: Limits) => Promise<T>;
  /** Short readings as the user of these settings. Each statement is a transaction: one round trip. */
  reading: (as: ActorSettings) => Reading;
  /** Looks up the session with this hash of its token, at this instant: one round trip. */
  session: (tokenHash: Buffer, at: Instant, zone: Zone) => Promise<Session | null>;
  /** Runs a long reading on one snapshot of the data, however much is written meanwhile. */
  readAtOneMoment: <T>(actor: Actor, work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** What kind of installation this is, and how far its business clock runs ahead. */
  installation: () => Promise<Installation>;
  /** What keeps all mail from leaving; null while it can leave. */
  mailTrouble: () => Promise<KeptTrouble | null>;
  /** Resolves when PostgreSQL answers; rejects otherwise. */
  ping: () => Promise<void>;
  close: () => Promise<void>;
};

/** How long a transaction may last, in milliseconds; half a minute when nothing is said. */
export type Limits = { longest: number };

/** The one row about the installation. */
export type Installation = { kind: 'real' | 'training'; clockOffset: number };

/** A session with its user, and the roles that the user has on the business day or will have. */
export type Session = {
  id: string;
  userId: UserId;
  name: string;
  email: string;
  mustChangePassword: boolean;
  beganAt: Instant;
  expiresAt: Instant;
  installation: Installation;
  memberships: SessionMembership[];
  settings: ActorSettings;
  reach: Reach;
};

/** Where a user has each permission: marks, of which each stands for one office or for all below one. */
export type Reach = Record<string, string[]>;

/** A role of the session's user, with its office and that office's institution. */
export type SessionMembership = {
  id: string;
  role: string;
  office: { id: string; name: string; kind: string; institution: string };
  from: Day;
  until: Day | null;
};

/** What keeps mail from leaving: by codes of `mail/trouble.ts`, and since when. */
export type KeptTrouble = { code: string; cause: string; since: Date };

/** In milliseconds: checking the hash chain of years of audit takes hours. */
const LONGEST_READING = 6 * 60 * 60 * 1_000;

type Options = {
  /** Connections at most: half of them for readings, the other half for everything else. */
  connections?: number;
  /** Told of connections that broke while idle; the next use opens a new one. */
  onBrokenConnection?: (error: Error) => void;
};

/** Opens the pools of a role that serves. They connect at first use, so PostgreSQL may still be away. */
export function connect(url: string, options: Options = {}): Database {
  const pool = openPool(url, options);
  const readers = openPool(url, options, READERS);
  const prisma = openClient(pool);
  return {
    withActor: (actor, work, { longest } = { longest: 30_000 }) =>
      prisma.$transaction(
        async (tx) => {
          await actAs(tx, actor, longest);
          return work(tx);
        },
        { maxWait: Math.min(10_000, longest / 4), timeout: longest },
      ),
    reading: (settings) => readingAs(readers, settings),
    session: async (tokenHash, at, zone) => {
      const { rows } = await readers.query<{ session: Session | null }>({
        name: 'session',
        text: 'select session_of($1, $2, $3) as session',
        values: [tokenHash, new Date(at), zone],
      });
      return rows[0]?.session ?? null;
    },
    readAtOneMoment: (actor, work) =>
      prisma.$transaction(
        async (tx) => {
          await tx.$executeRaw`set transaction read only`;
          await actAs(tx, actor, LONGEST_READING);
          return work(tx);
        },
        { maxWait: 10_000, timeout: LONGEST_READING, isolationLevel: 'RepeatableRead' },
      ),
    installation: async () => {
      const { kind, clockOffset } = await prisma.installation.findUniqueOrThrow({
        where: { id: 1 },
      });
      return { kind: kind as Installation['kind'], clockOffset: Number(clockOffset) };
    },
    mailTrouble: () => prisma.mailTrouble.findUnique({ where: { id: 1 }, omit: { id: true } }),
    ping: async () => void (await prisma.$queryRaw`select 1`),
    close: async () => {
      await prisma.$disconnect();
      await Promise.all([pool.end(), readers.end()]);
    },
  };
}

/** The client of the sign-in library, which brings its own queries; for the `auth` role only. */
export function connectSignIn(url: string, options: Options = {}): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(openPool(url, options), { disposeExternalPool: true }),
  });
}

// Prisma's own limit ends a transaction only when its statement has come back. A statement that waits for a
// lock is ended by PostgreSQL.
async function actAs(tx: Tx, actor: Actor, longest: number): Promise<void> {
  const limit = Prisma.sql`set_config('statement_timeout', ${String(longest)}, true)`;
  if (actor.kind === 'user')
    await tx.$queryRaw`select act_as(${actor.userId}, ${actor.day}::date)::text, ${limit}`;
  else await tx.$queryRaw`select ${limit}`;
}

/**
 * Reads as somebody. BEGIN, the settings, the statement and COMMIT travel in one packet, for which pg's own
 * stream is held back. Where the settings fail, PostgreSQL refuses the statement; where the statement fails,
 * COMMIT rolls back.
 */
function readingAs(pool: pg.Pool, settings: ActorSettings): Reading {
  const begin = `begin; select ${settingsInSql(settings)}`;
  const ask = async (query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => {
    const sql = 'text' in query ? query : Prisma.sql(query, ...(values as Prisma.Sql[]));
    const { text } = sql;
    const client = await pool.connect();
    const { stream } = client.connection;
    stream.cork();
    const sent = [
      client.query(begin),
      client.query<object>({ name: nameOf(text), text, values: sql.values }),
      client.query('commit'),
    ] as const;
    stream.uncork();
    const [beginning, answer, end] = await Promise.allSettled(sent);
    // A connection on which COMMIT fails is closed.
    client.release(end.status === 'rejected');
    if (beginning.status === 'rejected') throw beginning.reason;
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value.rows;
  };
  return { $queryRaw: ask as unknown as Reading['$queryRaw'] };
}

function settingsInSql(settings: ActorSettings): string {
  const each = Object.entries(settings).map((setting) => {
    const [name, value] = setting.map((part) => pg.escapeLiteral(part));
    return `set_config(${name}, ${value}, true)`;
  });
  return each.join(', ');
}

const names = new Map<string, string>();

// Each text is prepared once for a connection. There are as many texts as there are places that read.
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = createHash('sha1').update(text).digest('base64');
  names.set(text, name);
  return name;
}

/**
 * Connections for reading. PostgreSQL plans a statement once for a connection and for all users, with the
 * settings of the first. So that the plan suits the others, it has no bitmap scans: rows are then found by the
 * ids that the statement names, and not by the index of `seen_by`, which row policies compare.
 */
const READERS: pg.PoolConfig = {
  pipeline: true,
  statement_timeout: 30_000,
  options:
    '-c plan_cache_mode=force_generic_plan -c enable_bitmapscan=off -c default_transaction_read_only=on',
};

function openPool(
  url: string,
  { connections = 10, onBrokenConnection }: Options,
  more: pg.PoolConfig = {},
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: Math.ceil(connections / 2),
    connectionTimeoutMillis: 5_000,
    ...more,
  });
  pool.on('error', (error) => onBrokenConnection?.(error));
  // One that breaks while it is used is told to whoever uses it. Unheard, it would end the process as well.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function openClient(pool: pg.Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}
