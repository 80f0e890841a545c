/** A field for a day: typed the way people write it, or picked from a calendar. */
import '@mantine/dates/styles.css';
import 'dayjs/locale/id';
import { DateInput } from '@mantine/dates';
import type { DateInputProps } from '@mantine/dates';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../domain/shared/day.ts';
import { formatDay, parseDay } from '../../texts/format.ts';
import classes from './day-input.module.css';
import { Icon } from './icons.tsx';

/** The empty text stands for no day. */
type Props = Omit<DateInputProps, 'value' | 'onChange' | 'defaultValue'> & {
  value?: Day;
  onChange?: (day: Day) => void;
};

export function DayInput({ value = '', onChange, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <DateInput
      value={value === '' ? null : value}
      onChange={(day) => onChange?.(day ?? '')}
      locale="id"
      firstDayOfWeek={1}
      valueFormat={formatDay}
      dateParser={parseDay}
      placeholder={t('field.dayExample')}
      leftSection={<Icon name="calendar" />}
      autoComplete="off"
      classNames={{ day: classes.day }}
      ariaLabels={{
        previousMonth: t('calendar.previousMonth'),
        nextMonth: t('calendar.nextMonth'),
        previousYear: t('calendar.previousYear'),
        nextYear: t('calendar.nextYear'),
        previousDecade: t('calendar.previousDecade'),
        nextDecade: t('calendar.nextDecade'),
      }}
      {...rest}
    />
  );
}
