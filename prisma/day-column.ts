/** Days in `date` columns: Prisma hands them out as midnight in UTC. */
import type { Day } from '../domain/shared/day.ts';

/** The column value of a day. */
export function toColumn(day: Day): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** The day of a column value. */
export function toDay(column: Date): Day {
  return column.toISOString().slice(0, 10);
}
