/** What a workflow carries for years stays small, however much the contract lets people choose. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { NewAgreement } from '../../../api/agreement/contract.ts';
import type { AgreementState } from '../../../domain/agreement/agreement.ts';
import { numbered } from '../../../domain/agreement/transition.ts';
import { noteRenewal } from '../../../domain/agreement/renewal.ts';
import { remember } from '../../../domain/shared/command-metadata.ts';
import { REFUSALS } from '../../../domain/refusals.ts';
import { after, anAgreement, aProposal, command } from '../../support/agreements.ts';

const DAY = '2024-03-04';
/** Bytes of JSON, in every recording and in every run's first event. */
const LIMIT = 8_192;
/** What is asked for and waits may add this for a while. */
const WAITING = 1_024;

const LONGEST_STEP_ID = 'kepala-bagian-kerja-sama';
const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
const [labour, branch, bank] = ids(3) as [string, string, string];
const onPaper = () => ({
  actedBy: { kind: 'holder' as const, id: randomUUID() },
  evidenceId: randomUUID(),
});
// Each office has an account of its own.
const recorder = (officeId: string) => ({ officeId, userId: officeId.toUpperCase() });

describe('at the limits of the contract', () => {
  test('the state of an agreement that has come all the way is below 8 KB', () => {
    const state = withLongMemory(ended(signed(approved(greatest()))));

    expect(state.stage).toBe('ended');
    expect(state.approvals).toHaveLength(8);
    expect(state.parties.every(({ number, signature }) => number && signature)).toBe(true);
    expect(bytesOf(state)).toBeLessThan(LIMIT);
  });

  test('what waits for consent adds less than 1 KB to it', () => {
    const toEnd = ended(signed(approved(greatest())), '2024-06-30');
    const asked = after(toEnd, [
      command('correctSignature', DAY, recorder(branch), {
        party: branch,
        signature: { actedBy: { kind: 'holder', id: randomUUID() }, signedOn: DAY },
        oldPaper: true,
        reasonNoteId: randomUUID(),
        evidenceId: randomUUID(),
      }),
    ]);
    const state = withLongMemory(asked);

    expect([state.stage, state.ending?.lastDay]).toEqual(['active', '2024-06-30']);
    expect(state.pending?.awaits).toHaveLength(2);
    expect(bytesOf(state)).toBeLessThan(LIMIT + WAITING);
  });

  test('so is the state of one whose approvals are all asked for once more', () => {
    const first = approved(greatest(() => []));
    const returned = after(first, [
      command('return', DAY, recorder(branch), { reasonNoteId: randomUUID() }),
    ]);
    const state = withLongMemory(submitted(returned));

    expect(state.stage).toBe('approval');
    expect(state.turn.desks).toHaveLength(16);
    expect(bytesOf(state)).toBeLessThan(LIMIT);
  });

  test('a route has eight steps and sixteen offices at most', () => {
    expect(errorsOf(aRoute(8, 2))).toEqual([]);
    expect(errorsOf(aRoute(9, 2))).toEqual(['approvals']);
    expect(errorsOf(aRoute(7, 3))).toEqual(['approvals']);
  });
});

/** The agreement with the longest route, in which every step waits for all before it. */
function greatest(afterOf = everyStepBefore): AgreementState {
  const offices = ids(16);
  return anAgreement({
    on: DAY,
    term: { start: '2024-02-01', end: '2024-12-31' },
    proposer: labour,
    proposingParty: labour,
    zone: 'Asia/Jayapura',
    renewalOf: randomUUID(),
    parent: {
      id: randomUUID(),
      kind: 'mou',
      stage: 'active',
      term: { start: '2020-01-01', end: '2024-06-30' },
      exceptionNoteId: randomUUID(),
    },
    parties: [
      { id: labour, side: 'government', outside: false },
      { id: branch, side: 'bpjs', outside: false },
      { id: bank, side: 'government', outside: false },
    ],
    approvals: Array.from({ length: 8 }, (_, at) => ({
      id: stepId(at),
      offices: offices.filter((_office, nth) => nth % 8 === at),
      after: afterOf(at),
    })),
    clockOffset: 99_999_999_999,
    created: {
      ...aProposal({ on: DAY }).created,
      recordedBy: recorder(labour),
      requestId: 'r'.repeat(64),
    },
  });
}

function everyStepBefore(at: number): string[] {
  return Array.from({ length: at }, (_, before) => stepId(before));
}

function stepId(at: number): string {
  return `${LONGEST_STEP_ID.slice(0, -1)}${at}`;
}

// Each desk hands the text on, until it waits for approvals.
function submitted(agreement: AgreementState): AgreementState {
  const { stage, turn } = agreement;
  const [desk = ''] = turn.desks;
  return stage === 'approval'
    ? agreement
    : submitted(after(agreement, [command('submit', DAY, recorder(desk))]));
}

function approved(agreement: AgreementState): AgreementState {
  const inApproval = submitted(agreement);
  const given = inApproval.approvals.map(({ id: step, offices: [office = ''] }) =>
    command('approve', DAY, recorder(office), { step, ...onPaper() }),
  );
  return after(inApproval, given);
}

function signed(agreement: AgreementState): AgreementState {
  const acts = [labour, branch, bank].flatMap((party) => [
    command('recordNumber', DAY, recorder(party), {
      party,
      numberNoteId: randomUUID(),
      dated: DAY,
      evidenceId: randomUUID(),
    }),
    command('sign', DAY, recorder(party), { party, signedOn: DAY, ...onPaper() }),
  ]);
  const inForce = after(agreement, acts);
  return numbered(inForce, noteRenewal(inForce, { id: randomUUID(), state: 'running' })).state;
}

function ended(agreement: AgreementState, lastDay = DAY): AgreementState {
  const asking = command('terminate', DAY, recorder(branch), {
    reason: 'superseded',
    lastDay,
    evidenceId: randomUUID(),
    supersededBy: randomUUID(),
  });
  const { commandId: change } = asking;
  const agreeing = [labour, bank].map((party) =>
    command('confirmChange', DAY, recorder(party), { change }),
  );
  return after(agreement, [asking, ...agreeing]);
}

// The longest codes, each told sixteen times, at versions that are long.
function withLongMemory(agreement: AgreementState): AgreementState {
  const [code = ''] = Object.keys(REFUSALS).sort((one, other) => other.length - one.length);
  const told = ids(16).reduce(
    (state, id) => remember(state, { id, version: 9_999, code }),
    agreement,
  );
  return { ...told, version: 9_999, revision: 9_999, rulesVersion: 9_999 };
}

function bytesOf(state: AgreementState): number {
  return Buffer.byteLength(JSON.stringify(state));
}

function aRoute(steps: number, each: number) {
  return Array.from({ length: steps }, (_, at) => ({ id: stepId(at), offices: ids(each) }));
}

/** The fields that the contract refuses of an otherwise good proposal with this route. */
function errorsOf(approvals: ReturnType<typeof aRoute>): string[] {
  const { error } = NewAgreement.safeParse({
    title: 'PKS Pelindungan Pekerja Rentan',
    kind: 'pks',
    form: 'perjanjian-kerja-sama',
    legalBasis: 'ksdpk',
    term: { start: '2024-02-01', end: '2024-12-31' },
    region: '71.07',
    proposer: labour,
    parties: [
      { office: labour, side: 'government' },
      { office: branch, side: 'bpjs' },
    ],
    approvals,
  });
  return error?.issues.map(({ path }) => path.join('.')) ?? [];
}
