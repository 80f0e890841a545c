/**
 * Agreements brought to a stage: over HTTP by the people whose turn it is, or put there as a
 * restored one would be.
 */
import { randomUUID } from 'node:crypto';
import { agreementEntity } from '../../activities/agreement/entity.ts';
import { recordingOf } from '../../activities/recording.ts';
import type { AgreementState, Side } from '../../domain/agreement/agreement.ts';
import {
  AGREEMENT_LIFECYCLE,
  lifecycleId,
  searchAttributesOf,
} from '../../workflows/agreement/messages.ts';
import type { Api, Caller, Reply } from './api.ts';
import { holders, offices } from './cast.ts';
import { writeNote } from './stage.ts';

/** A PKS between the labour office of one government and one branch. */
export function aPksBody(only: object = {}) {
  return {
    kind: 'pks',
    title: 'PKS Pekerja Rentan 2024',
    form: 'perjanjian-kerja-sama',
    legalBasis: 'ksdpk',
    term: { start: '2024-01-08', end: '2024-12-31' },
    region: '71.07',
    proposer: offices.mitraLabour,
    parties: [
      { office: offices.mitraLabour, side: 'government' },
      { office: offices.tondano, side: 'bpjs' },
    ],
    approvals: [{ id: 'hukum', offices: [offices.mitraLegal] }],
    // Tests propose the same agreement again and again.
    alongside: true,
    ...only,
  };
}

/** The umbrella over it: five years, signed by the head of region. */
export function anMouBody(only: object = {}) {
  return aPksBody({
    kind: 'mou',
    title: 'Nota Kesepakatan 2024–2028',
    form: 'nota-kesepakatan',
    term: { start: '2024-01-08', end: '2028-12-31' },
    parties: [
      { office: offices.mitra, side: 'government' },
      { office: offices.tondano, side: 'bpjs' },
    ],
    proposingParty: offices.mitra,
    ...only,
  });
}

/** An agreement and where it is. */
export type ProposedAgreement = { id: string; at: string; reply: Reply };

/** A PKS that has just been proposed. */
export async function proposed(api: Api, only: object = {}): Promise<ProposedAgreement> {
  const proposer = await api.as('proposer-mitra');
  return agreementOf(await proposer.post('/agreements', aPksBody(only)));
}

/** A PKS whose text lies with the approver. */
export async function inApproval(api: Api, only: object = {}): Promise<ProposedAgreement> {
  const { at } = await proposed(api, only);
  return submitted(api, at);
}

/** The same agreement, after both sides have agreed on its text. */
export async function submitted(api: Api, at: string): Promise<ProposedAgreement> {
  const proposer = await api.as('proposer-mitra');
  const officer = await api.as('officer-tondano');
  await proposer.post(`${at}/submissions`);
  await proposer.post(`${at}/submissions`);
  return agreementOf(await officer.post(`${at}/submissions`));
}

/** A PKS that waits for its signatures. */
export async function inSigning(api: Api, only: object = {}): Promise<ProposedAgreement> {
  const { at } = await inApproval(api, only);
  const legal = await api.as('legal-mitra');
  return agreementOf(await legal.post(`${at}/approvals`, { step: 'hukum' }));
}

/** A PKS that all have signed on this day. */
export async function signed(
  api: Api,
  signedOn: string,
  only: object = {},
): Promise<ProposedAgreement> {
  const { at } = await inSigning(api, only);
  return signedBy(api, at, signedOn);
}

/** The same agreement, after both sides have signed it on this day. */
export async function signedBy(api: Api, at: string, signedOn: string): Promise<ProposedAgreement> {
  const proposer = await api.as('proposer-mitra');
  const officer = await api.as('officer-tondano');
  const ours = { party: offices.mitraLabour, actedBy: holders.labourHeadMitra, signedOn };
  const theirs = { party: offices.tondano, actedBy: holders.headTondano, signedOn };
  await proposer.post(`${at}/signatures`, ours);
  return agreementOf(await officer.post(`${at}/signatures`, theirs));
}

/** Records a state as the engine would, without a workflow behind it: something to read. */
export async function recorded(
  api: Api,
  state: AgreementState,
  title = `PKS contoh ${state.id.slice(0, 8)}`,
) {
  const { database, ownerUrl } = api.engine;
  await writeNote(ownerUrl, { id: state.titleNoteId, agreementId: state.id, text: title });
  const { record } = recordingOf(agreementEntity, {
    database,
    release: 'test',
    mailDomain: 'example.test',
  });
  await record({
    change: { state: state, events: [{ kind: 'created', renewalOf: null }], desksToNotify: [] },
    cause: { by: 'engine', key: `test/${randomUUID()}`, day: state.created.businessDay },
  });
  return { id: state.id, at: `/agreements/${state.id}` };
}

/** Gives an agreement a workflow that begins in this state. */
export async function recordedAndRunning(api: Api, state: AgreementState, title?: string) {
  const [{ clockOffset }] = await api.rows(
    'select clock_offset::float8 as "clockOffset" from installation',
  );
  const agreement: AgreementState = { ...state, clockOffset };
  const stored = await recorded(api, agreement, title);
  await api.engine.client.workflow.start(AGREEMENT_LIFECYCLE, {
    taskQueue: api.engine.taskQueue,
    workflowId: lifecycleId(state.id),
    args: [agreement],
    typedSearchAttributes: searchAttributesOf(agreement),
  });
  return stored;
}

/** The same with a party outside the system: a further one, or in the place of one of its parties. */
export async function anOutsideParty(
  api: Api,
  state: AgreementState,
  { name, side }: { name: string; side: Side },
  title: string,
  instead?: string,
): Promise<{ id: string; at: string; party: string }> {
  const id = randomUUID();
  await writeNote(api.engine.ownerUrl, { id, agreementId: state.id, text: name });
  const signature = state.parties[0]?.signature ?? null;
  const parties = [
    ...state.parties.filter((party) => party.id !== instead),
    { id, side, outside: true, number: null, signature },
  ];
  return { ...(await recordedAndRunning(api, { ...state, parties }, title)), party: id };
}

/** Enters a new head of the labour office, who may sign a PKS; answers the id. */
export async function aNewHead(caller: Caller): Promise<string> {
  const { body } = await caller.post('/office-holders', {
    office: offices.mitraLabour,
    personName: 'Contoh Kadis Baru',
    position: 'Kepala Dinas',
    capacity: 'plt',
    from: '2024-01-01',
    until: null,
    signs: ['pks'],
    decree: { number: 'SK/1', date: '2024-01-01' },
  });
  return body.id as string;
}

function agreementOf(reply: Reply): ProposedAgreement {
  if (reply.status >= 300) throw new Error(`a step of the way was refused: ${reply.text}`);
  const { id } = reply.body as { id: string };
  return { id, at: `/agreements/${id}`, reply };
}
