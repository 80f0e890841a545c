/**
 * Setting up a region for its first agreements: offices of both sides, their holders, and the people
 * who work there, all in one transaction. What is there already is found and left alone, so that a
 * second region shares the head office. A refusal names the row and the field it is about, and leaves
 * nothing behind.
 */
import type { Role } from '../../domain/office/roles.ts';
import type { Tx } from '../../prisma/connect.ts';
import { derivedId } from '../http/derived-id.ts';
import { oneOutcome } from '../http/one-outcome.ts';
import { fieldOf, Refused } from '../http/problems.ts';
import type { AnswerOf, BodyOf } from '../http/route.ts';
import { implement } from '../http/router.ts';
import type { Call, Implementation } from '../http/router.ts';
import type { ApiParts } from '../parts.ts';
import { hashPassword } from '../sign-in/password.ts';
import { oneTimePassword } from '../sign-in/sign-in.ts';
import { setUpRegion } from './contract.ts';
import { appoint } from './holders.ts';
import { addOffice } from './offices.ts';
import { giveRole, openAccount } from './users.ts';

export function setUpRoutes(parts: ApiParts): Implementation[] {
  return [
    implement(setUpRegion, async (call) => {
      const passwords = await makePasswords(call.body.accounts, parts.passwordMemory);
      let made: SetUp | undefined;
      // Passwords are told once and never kept with the answer.
      const kept = await oneOutcome(parts, call, async (tx, commandId) => {
        made = await setUp(tx, call, commandId, passwords);
        return { body: answerOf(made) };
      });
      return made ? { body: answerOf(made, passwords) } : kept;
    }),
  ];
}

type Piece = { id: string; outcome: 'made' | 'found' };
type Pieces = Record<string, Piece>;
type SetUp = Record<keyof BodyOf<typeof setUpRegion>, Pieces>;
type Passwords = Map<string, { password: string; hash: string }>;

async function setUp(
  tx: Tx,
  call: Call<typeof setUpRegion>,
  commandId: string,
  passwords: Passwords,
): Promise<SetUp> {
  // One set-up after the other: the second finds what the first has made.
  await tx.$queryRaw`select pg_advisory_xact_lock(72707371)::text`;
  const { body } = call;
  const { userId: caller } = call.principal;

  const offices: Pieces = {};
  await eachRow('offices', body.offices, async (office, { row, id, key }) => {
    const { kind, name } = office;
    const parent = office.parent === null ? null : officeIn(offices, office.parent, 'parent');
    const [there] = await tx.$queryRaw<{ id: string }[]>`
      select id from office where kind = ${kind} and folded = folded(${name})
        and parent_id is not distinct from ${parent}::uuid`;
    if (!there) await addOffice(tx, call, key, { ...office, id, parent });
    offices[row] = pieceOf(there, id);
    return offices[row];
  });

  const holders = await eachRow('holders', body.holders, async (holder, { id, key }) => {
    const office = officeIn(offices, holder.office);
    const { personName, position } = holder;
    const [there] = await tx.$queryRaw<{ id: string }[]>`
      select id from office_holder where office_id = ${office}::uuid and until_day is null
        and folded(person_name) = folded(${personName}) and folded(position) = folded(${position})`;
    const alone = { userId: null, replaces: null, keepRoles: [] };
    if (!there) await appoint(tx, call, key, { ...holder, ...alone, id, office });
    return pieceOf(there, id);
  });

  const ownRoles = await eachRow('ownRoles', body.ownRoles, (own, place) =>
    ensureRole(caller, own, place),
  );

  const accounts = await eachRow('accounts', body.accounts, async (account, place) => {
    const { name, email } = account;
    const [known] = await tx.$queryRaw<{ id: string | null }[]>`
      select own_account_at(${email}) as id`;
    if (known?.id) {
      await ensureRole(known.id, account, place);
      return pieceOf({ id: known.id }, place.id);
    }
    const hash = passwords.get(place.row)?.hash ?? '';
    const membership = {
      office: officeIn(offices, account.office),
      role: account.role,
      until: null,
    };
    await openAccount(tx, call, { userId: place.id, name, email, hash, memberships: [membership] });
    return pieceOf(null, place.id);
  });
  return { offices, holders, ownRoles, accounts };

  async function ensureRole(
    userId: string,
    { office: at, role }: { office: string; role: Role },
    { id, key }: Place,
  ): Promise<Piece> {
    const office = officeIn(offices, at);
    const same = { userId, officeId: office, role, untilDay: null };
    const there = await tx.membership.findFirst({ where: same });
    if (!there) await giveRole(tx, call, key, { id, userId, office, role, until: null });
    return pieceOf(there, id);
  }

  async function eachRow<Row>(
    section: keyof SetUp,
    rows: Record<string, Row>,
    ensure: (content: Row, place: Place) => Promise<Piece>,
  ): Promise<Pieces> {
    const pieces: Pieces = {};
    for (const [row, content] of Object.entries(rows)) {
      const place = `${section}/${row}`;
      const id = derivedId(commandId, place);
      try {
        pieces[row] = await ensure(content, { row, id, key: `${commandId}/${place}` });
      } catch (error) {
        throw inRow(`${section}.${row}`, error);
      }
    }
    return pieces;
  }
}

/** A row of a section: its name, the id of what it makes, and the key under which that is audited. */
type Place = { row: string; id: string; key: string };

function pieceOf(there: { id: string } | null | undefined, id: string): Piece {
  return there ? { id: there.id, outcome: 'found' } : { id, outcome: 'made' };
}

function officeIn(offices: Pieces, row: string, field = 'office'): string {
  const office = offices[row];
  if (!office) throw new Refused('OfficeUnknown', {}, { field });
  return office.id;
}

function inRow(row: string, error: unknown): unknown {
  if (!(error instanceof Refused)) return error;
  const field = fieldOf(error);
  return new Refused(error.code, error.params, {
    field: field === undefined ? row : `${row}.${field}`,
  });
}

async function makePasswords(
  accounts: Record<string, unknown>,
  memory: number,
): Promise<Passwords> {
  const made: Passwords = new Map();
  for (const row of Object.keys(accounts)) {
    const password = oneTimePassword();
    made.set(row, { password, hash: await hashPassword(password, memory) });
  }
  return made;
}

/** The answer, with the passwords of the accounts that were opened or without any. */
function answerOf(made: SetUp, passwords?: Passwords): AnswerOf<typeof setUpRegion> {
  const accounts = Object.entries(made.accounts).map(([row, piece]) => {
    const known = piece.outcome === 'made' ? passwords?.get(row)?.password : undefined;
    return [row, { ...piece, oneTimePassword: known ?? null }] as const;
  });
  return { ...made, accounts: Object.fromEntries(accounts) };
}
