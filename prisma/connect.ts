/**
 * The one entrance to PostgreSQL. Feature code gets a `Database` and can do nothing with it but
 * open a transaction as somebody; the client itself never leaves this file.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import type { UserId } from '../domain/shared/ids.ts';
import type { Day, Instant, Zone } from '../domain/shared/day.ts';
import { Prisma, PrismaClient } from './client/client.ts';

/** Who a transaction is for. Row policies judge a user's memberships on the business day. */
export type Actor = { kind: 'user'; userId: UserId; day: Day } | { kind: 'engine' };

/** What may be done inside a transaction. */
export type Tx = Prisma.TransactionClient;

export type Database = {
  /** Runs the work in one transaction in which row policies see this actor. */
  withActor: <T>(actor: Actor, work: (tx: Tx) => Promise<T>, limits?: Limits) => Promise<T>;
  /**
   * Runs a long reading in which everything is as it was at its beginning, however much is
   * written meanwhile.
   */
  readAtOneMoment: <T>(actor: Actor, work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** What kind of installation this is, and how far its business clock runs ahead. */
  installation: () => Promise<Installation>;
  /** The installation, and a user's roles on the business day that this instant falls on. */
  installationAndRoles: (
    userId: UserId,
    at: Instant,
    zone: Zone,
  ) => Promise<{ installation: Installation; roles: string[] }>;
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

/** What keeps mail from leaving: by codes of `mail/trouble.ts`, and since when. */
export type KeptTrouble = { code: string; cause: string; since: Date };

/** In milliseconds: the audit of years is read link by link. */
const LONGEST_READING = 6 * 60 * 60 * 1_000;

type Options = {
  /** Connections at most. */
  connections?: number;
  /** Told of connections that broke while idle; the next use opens a new one. */
  onBrokenConnection?: (error: Error) => void;
};

/** Opens a pool for a serving role. Connects at first use, so PostgreSQL may still be away. */
export function connect(url: string, options: Options = {}): Database {
  const prisma = openClient(url, options);
  return {
    withActor: (actor, work, { longest } = { longest: 30_000 }) =>
      prisma.$transaction(
        async (tx) => {
          await actAs(tx, actor, longest);
          return work(tx);
        },
        { maxWait: Math.min(10_000, longest / 4), timeout: longest },
      ),
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
    installationAndRoles: async (userId, at, zone) => {
      const [row] = await prisma.$queryRaw<(Installation & { offset: bigint; roles: string[] })[]>`
        select kind, clock_offset as "offset", roles_of(${userId},
          ((${new Date(at)}::timestamptz + clock_offset * interval '1 millisecond')
            at time zone ${zone})::date) as roles
        from installation where id = 1`;
      if (!row) throw new Error('the installation has no row about itself');
      const { kind, offset, roles } = row;
      return { installation: { kind, clockOffset: Number(offset) }, roles };
    },
    mailTrouble: () => prisma.mailTrouble.findUnique({ where: { id: 1 }, omit: { id: true } }),
    ping: async () => void (await prisma.$queryRaw`select 1`),
    close: () => prisma.$disconnect(),
  };
}

/** The client of the sign-in library, which brings its own queries; for the `auth` role only. */
export function connectSignIn(url: string, options: Options = {}): PrismaClient {
  return openClient(url, options);
}

// A statement that waits for a lock is ended by PostgreSQL itself: the client can only let its
// transaction go after the statement has come back.
async function actAs(tx: Tx, actor: Actor, longest: number): Promise<void> {
  const limit = Prisma.sql`set_config('statement_timeout', ${String(longest)}, true)`;
  if (actor.kind === 'user')
    await tx.$queryRaw`select act_as(${actor.userId}, ${actor.day}::date)::text, ${limit}`;
  else await tx.$queryRaw`select ${limit}`;
}

function openClient(url: string, { connections = 10, onBrokenConnection }: Options): PrismaClient {
  const adapter = new PrismaPg(
    { connectionString: url, max: connections, connectionTimeoutMillis: 5_000 },
    { onPoolError: (error) => onBrokenConnection?.(error) },
  );
  return new PrismaClient({ adapter });
}
