/** The kinds of entity there are: one line each. Whatever looks at all workflows goes by this list. */
import { agreementEntity } from '../activities/agreement/entity.ts';
import type { EntityKind } from '../activities/entity.ts';

export const ENTITIES: readonly EntityKind[] = [agreementEntity];
