/** Lifecycles that begin in the middle, as restoring begins them. */
import {
  isFullySigned,
  listedParties,
  officesConcerned,
} from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { toColumn } from '../../prisma/day-column.ts';
import { offices } from '../../tests/support/cast.ts';
import {
  AGREEMENT_LIFECYCLE,
  lifecycleId,
  searchAttributesOf,
} from '../../workflows/agreement/messages.ts';
import { ENTITIES_QUEUE } from '../../workflows/messages.ts';
import type { BenchEnvironment } from '../bench-environment.ts';

/** Stores a state as its copy and starts its workflow from there. */
export async function begin(bench: BenchEnvironment, state: AgreementState): Promise<void> {
  const { client, database } = bench;
  const { id, version, kind, stage, term, turn } = state;
  await bench.writeTitle(id, state.titleNoteId);
  await database.withActor({ kind: 'engine' }, async (tx) => {
    await tx.agreement.create({
      data: {
        id,
        version,
        state,
        kind,
        stage,
        stageSince: toColumn(state.stageSince),
        title: 'PKS Pekerja Rentan',
        regionCode: state.region,
        branchId: offices.tondano,
        startDay: toColumn(term.start),
        endDay: toColumn(term.end),
        desks: turn.desks,
        revision: state.revision,
        zone: state.zone,
        parties: listedParties(state),
        fullySigned: isFullySigned(state),
        turnSince: toColumn(turn.since),
        seenBy: officesConcerned(state),
        release: 'bench',
        createdOn: toColumn(state.created.businessDay),
        changedOn: toColumn(state.created.businessDay),
      },
    });
    await tx.$executeRaw`update agreement set seen_by = seen_by(seen_by) where id = ${id}::uuid`;
  });
  await client.workflow.start(AGREEMENT_LIFECYCLE, {
    taskQueue: ENTITIES_QUEUE,
    workflowId: lifecycleId(id),
    args: [state],
    typedSearchAttributes: searchAttributesOf(state),
  });
}
