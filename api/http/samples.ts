/**
 * Ids in the examples of the description. No installation has them: whoever tries an example puts in their
 * place what the installation at hand answers.
 */
export const SAMPLES = {
  /** The government of a region, one of its offices, and a branch of BPJS: the parties and a proposer. */
  government: '5a391e00-0000-4000-8000-000000000001',
  office: '5a391e00-0000-4000-8000-000000000002',
  branch: '5a391e00-0000-4000-8000-000000000003',
  /** Who signs for the party that asks. */
  holder: '5a391e00-0000-4000-8000-000000000004',
  /** The party for which the caller enters a number or a signature. */
  party: '5a391e00-0000-4000-8000-000000000005',
  /** What a party has asked for and another may agree to. */
  change: '5a391e00-0000-4000-8000-000000000006',
} as const;
