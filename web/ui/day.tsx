/** Days as people read them. */
import { formatDay, formatShortDay } from '../../texts/format.ts';
import type { Day } from '../../domain/shared/day.ts';

export function DayText({ day, short = false }: { day: Day; short?: boolean }) {
  return (
    <time dateTime={day} style={{ whiteSpace: 'nowrap' }}>
      {short ? formatShortDay(day) : formatDay(day)}
    </time>
  );
}
