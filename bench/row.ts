/** What a benchmark says, one row per number. */
export type Row = {
  metric: string;
  value: number;
  unit: string;
  goal: number;
  better: 'lower' | 'higher';
  /** The limit or peer measured in the same run, with the spread over the rounds. */
  against: string;
};

/** How often ours and the peers are measured, in turn. */
export const ROUNDS = 5;

/** The middle of the values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** The value below which this share (0 to 1) of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** `0.91 to 1.20 in 5 rounds` */
export function spread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${round(least)} to ${round(most)} in ${values.length} rounds`;
}

/** Three significant digits are all that a measurement on a shared machine is worth. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}
