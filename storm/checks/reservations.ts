/**
 * Numbers, signatures and renewals are held by the agreements that name them and by no other: not
 * twice, not by a dead one, not by nobody; and what an agreement names is held for it.
 */
import { isEnded, neverInForce } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { Facts } from '../facts.ts';
import { repeated } from './finding.ts';
import type { Checked, Finding } from './finding.ts';

type Given = Pick<Facts, 'agreements' | 'numbers' | 'signatures' | 'renewals'>;

/** Compares what is held with what the agreements name. */
export function checkReservations(given: Given): Checked {
  const { numbers, signatures, renewals } = given;
  const states = new Map(given.agreements.map(({ id, state }) => [id, state]));
  const findings = [
    ...numbersApart(given, states),
    ...signaturesApart(given, states),
    ...renewalsApart(given, states),
  ];
  return { looked: numbers.length + signatures.length + renewals.length, findings };
}

type States = ReadonlyMap<string, AgreementState>;

function say(about: string, what: string): Finding {
  return { check: 'reservations', about, what };
}

// An agreement that was given up before it was in force holds nothing any more.
function numbersApart({ numbers }: Given, states: States): Finding[] {
  const held = new Map(numbers.map((row) => [row.commandId, row]));
  const twice = repeated(
    numbers.map(({ partyId, kind, year, numberKey }) => [partyId, kind, year, numberKey].join(' ')),
  );
  const unnamed = numbers.filter(({ commandId, agreementId, partyId }) => {
    const party = inUse(states, agreementId)?.parties.find(({ id }) => id === partyId);
    return party?.number?.reservationId !== commandId;
  });
  const unheld = [...states.values()]
    .filter((state) => !neverInForce(state))
    .flatMap(({ id, parties }) =>
      parties
        .filter(({ number, id: partyId }) => {
          const row = number && held.get(number.reservationId);
          return number && (row?.agreementId !== id || row.partyId !== partyId);
        })
        .map((party) => say(id, `has a number of ${party.id} that is not held`)),
    );
  return [
    ...twice.map((number) => say(number, 'is held twice')),
    ...unnamed.map(({ agreementId, partyId }) =>
      say(
        agreementId,
        `holds a number of ${partyId} that it does not name (${stageOf(states, agreementId)})`,
      ),
    ),
    ...unheld,
  ];
}

function signaturesApart({ signatures }: Given, states: States): Finding[] {
  const held = new Set(signatures.map(({ agreementId, partyId }) => `${agreementId} ${partyId}`));
  const twice = repeated(signatures.map(({ agreementId, partyId }) => `${agreementId} ${partyId}`));
  const unnamed = signatures.filter(({ agreementId, partyId }) => {
    const party = inUse(states, agreementId)?.parties.find(({ id }) => id === partyId);
    return !party?.signature;
  });
  const unheld = [...states.values()]
    .filter((state) => !neverInForce(state))
    .flatMap(({ id, parties }) =>
      parties
        .filter(({ signature, id: partyId }) => signature && !held.has(`${id} ${partyId}`))
        .map((party) => say(id, `has a signature of ${party.id} that is not held`)),
    );
  return [
    ...twice.map((signature) => say(signature, 'has two signatures')),
    ...unnamed.map(({ agreementId, partyId }) =>
      say(
        agreementId,
        `holds a signature of ${partyId} that it does not name (${stageOf(states, agreementId)})`,
      ),
    ),
    ...unheld,
  ];
}

function renewalsApart({ renewals }: Given, states: States): Finding[] {
  const holderOf = new Map(renewals.map((row) => [row.predecessorId, row.successorId]));
  const dead = renewals.filter(({ predecessorId, successorId }) => {
    const successor = states.get(successorId);
    return !successor || successor.renewalOf !== predecessorId || neverInForce(successor);
  });
  const unheld = [...states.values()].filter(
    ({ id, renewalOf, ending }) =>
      renewalOf !== null && !neverInForce({ ending }) && holderOf.get(renewalOf) !== id,
  );
  const untold = renewals.filter(({ predecessorId, successorId }) => {
    const predecessor = states.get(predecessorId);
    return predecessor && !isEnded(predecessor) && predecessor.renewal?.id !== successorId;
  });
  return [
    ...dead.map(({ predecessorId, successorId }) =>
      say(successorId, `holds the renewal of ${predecessorId} (${stageOf(states, successorId)})`),
    ),
    ...unheld.map(({ id, renewalOf }) => say(id, `renews ${renewalOf}, and that is not held`)),
    ...untold.map(({ predecessorId, successorId }) =>
      say(predecessorId, `does not know of its renewal ${successorId}`),
    ),
  ];
}

function inUse(states: States, id: string): AgreementState | undefined {
  const state = states.get(id);
  return state && !neverInForce(state) ? state : undefined;
}

function stageOf(states: States, id: string): string {
  const state = states.get(id);
  return state ? (state.ending?.reason ?? state.stage) : 'there is none';
}
