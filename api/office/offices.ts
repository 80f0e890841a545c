/** The offices of both trees. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { answersForAll, isInstitution, rootKindOf } from '../../domain/office/office.ts';
import type { OfficeKind } from '../../domain/office/office.ts';
import { Prisma } from '../../prisma/client/client.ts';
import type { Tx } from '../../prisma/connect.ts';
import { createOffice, listOffices, updateOffice } from './contract.ts';
import type { Office } from './contract.ts';
import { isId, readCursor, writeCursor } from '../http/cursor.ts';
import { derivedId } from '../http/derived-id.ts';
import { oneOutcome } from '../http/one-outcome.ts';
import type { ApiParts } from '../parts.ts';
import { Refused } from '../http/problems.ts';
import { implement } from '../http/router.ts';
import type { Call, Implementation } from '../http/router.ts';
import { auditChange, changeOf } from '../http/audit-change.ts';
import { requireScope } from './scope.ts';
import { isUniqueViolation } from '../../prisma/unique-violation.ts';

export function treeRoutes(parts: ApiParts): Implementation[] {
  const { database } = parts;
  return [
    implement(listOffices, async ({ query, principal }) => ({
      body: await database.withActor(principal.actor, async (tx) => {
        const { limit } = query;
        const rows = await tx.office.findMany({
          where: { id: { in: await found(tx, query) } },
          include: { parent: true },
          orderBy: [{ name: 'asc' }, { id: 'asc' }],
        });
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return {
          items: await rendered(tx, page),
          nextCursor: rows.length > limit && last ? writeCursor([last.name, last.id]) : null,
        };
      }),
    })),

    implement(createOffice, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const id = derivedId(commandId, 'office');
        await addOffice(tx, call, commandId, { id, ...call.body });
        return { body: await one(tx, id), location: `/api/v1/offices/${id}` };
      }),
    ),

    implement(updateOffice, async ({ params, body, principal, requestId }) => ({
      body: await database.withActor(principal.actor, async (tx) => {
        const data = {
          ...(body.name !== undefined && { name: body.name }),
          ...(body.mailbox !== undefined && { mailbox: body.mailbox }),
        };
        await requireScope(tx, 'office.write', params.id, { otherwise: 'NotFound' });
        const [before] = await tx.$queryRaw<{ name: string; mailbox: string | null }[]>`
          select name, mailbox from office where id = ${params.id}::uuid for update`;
        const { count } = await tx.office
          .updateMany({ where: { id: params.id }, data })
          .catch((error: unknown) => {
            throw isUniqueViolation(error) ? new Refused('NameTaken') : error;
          });
        if (count === 0 || !before) throw new Refused('NotFound');
        const caller = { principal, requestId };
        const change = changeOf(before, data, ['mailbox']);
        if (change.fields.length > 0) {
          const event = { kind: 'office-changed', ...change };
          await auditChange(tx, caller, params.id, randomUUID(), event);
        }
        return one(tx, params.id);
      }),
    })),
  ];
}

/** An office to be added, with its id. */
export type NewOffice = z.output<typeof createOffice.body> & { id: string };

/** Adds an office where the caller may, and notes it in the audit under this key. */
export async function addOffice(
  tx: Tx,
  call: Pick<Call, 'principal' | 'requestId'>,
  key: string,
  { id, kind, name, parent, region, mailbox }: NewOffice,
): Promise<void> {
  await requirePlace(tx, kind, parent);
  if (region !== null && !(await tx.region.findUnique({ where: { code: region } }))) {
    throw new Refused('RegionUnknown', { region });
  }
  // PostgreSQL gives an office its institution and its path (`place_office`).
  const placed = { institutionId: id, path: [] };
  try {
    await tx.office.create({
      data: { id, kind, name, parentId: parent, regionCode: region, mailbox, ...placed },
    });
  } catch (error) {
    throw isUniqueViolation(error) ? new Refused('NameTaken') : error;
  }
  await auditChange(tx, call, id, key, {
    kind: 'office-added',
    office: id,
    ...changeOf({}, { kind, name, parent, region }),
  });
}

type Row = Prisma.OfficeGetPayload<{ include: { parent: true } }>;

// One more than the page shows.
async function found(
  tx: Tx,
  { q, kind, region, institution, actingFor, cursor, limit }: z.output<typeof listOffices.query>,
): Promise<string[]> {
  const [name, id] = cursor === undefined ? [] : readCursor(cursor, [() => true, isId]);
  const among =
    actingFor === undefined ? Prisma.sql`null::uuid[]` : Prisma.sql`actor_scope(${actingFor})`;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select find_offices(${q ?? null}, ${kind ?? null}, ${region ?? null},
      ${institution ?? null}::uuid, ${among}, ${name ?? null}, ${id ?? null}::uuid,
      ${limit + 1}::integer) as id`;
  return rows.map((row) => row.id);
}

async function one(tx: Tx, id: string): Promise<z.input<typeof Office>> {
  const row = await tx.office.findUnique({ where: { id }, include: { parent: true } });
  const [office] = row ? await rendered(tx, [row]) : [];
  if (!office) throw new Refused('NotFound');
  return office;
}

async function rendered(tx: Tx, rows: Row[]): Promise<z.input<typeof Office>[]> {
  const institutions = await tx.office.findMany({
    where: { id: { in: rows.map(({ institutionId }) => institutionId) } },
    select: { id: true, name: true },
  });
  return rows.map(({ id, kind, name, regionCode, parent, institutionId, mailbox }) => ({
    id,
    kind: kind as OfficeKind,
    name,
    region: regionCode,
    parent: parent && { id: parent.id, name: parent.name },
    institution: {
      id: institutionId,
      name: institutions.find((each) => each.id === institutionId)?.name ?? name,
    },
    mailbox,
  }));
}

// A new institution belongs to nobody yet, so only the operator's own administrators may add one;
// every other office stands in an institution of its own side.
async function requirePlace(tx: Tx, kind: OfficeKind, parent: string | null): Promise<void> {
  const operator = await tx.office.findFirst({ where: { kind: 'operator' } });
  const office = isInstitution(kind) ? operator?.id : (parent ?? operator?.id);
  if (office === undefined) throw new Refused('OfficeNotYours', {}, { field: 'parent' });
  await requireScope(tx, 'office.write', office, { field: 'parent' });
  const above = parent === null ? null : await institutionOf(tx, parent);
  if (above && answersForAll(kind)) {
    await requireScope(tx, 'office.write', above.id, { field: 'parent' });
  }
  const fits = above === null ? isInstitution(kind) : above.kind === rootKindOf(kind);
  if (!fits) throw new Refused('OfficeMisplaced');
}

async function institutionOf(tx: Tx, id: string): Promise<{ id: string; kind: string }> {
  const office = await tx.office.findUnique({ where: { id } });
  const institution =
    office && (await tx.office.findUnique({ where: { id: office.institutionId } }));
  if (!institution) throw new Refused('OfficeUnknown', {}, { field: 'parent' });
  return institution;
}
