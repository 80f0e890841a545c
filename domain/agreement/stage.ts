/** The passage from one stage to the next, and whom it leaves with the text. */
import type { AgreementState, Stage } from './agreement.ts';
import type { DeskId } from '../shared/ids.ts';
import { withTurn } from './turn.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';

/** Opens a stage with the text on these desks. A change that waits for consent is dropped at the end. */
export function moveToStage(
  agreement: AgreementState,
  stage: Stage,
  desks: DeskId[],
  { businessDay }: Pick<CommandMetadata, 'businessDay'>,
): AgreementState {
  const turned = withTurn(agreement, desks, businessDay);
  if (stage === turned.stage) return turned;
  const pending = stage === 'ended' ? null : turned.pending;
  return { ...turned, stage, stageSince: businessDay, pending };
}

/** The parties whose signature is missing. */
export function unsigned(agreement: AgreementState): DeskId[] {
  return agreement.parties.filter(({ signature }) => !signature).map(({ id }) => id);
}
