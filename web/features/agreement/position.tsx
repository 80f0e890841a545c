/** The three things people ask on the phone: which stage, on whose desk, until when. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { Trans, useTranslation } from 'react-i18next';
import { daysBetween } from '../../../domain/shared/day.ts';
import type { Day } from '../../../domain/shared/day.ts';
import type { codes } from '../../../texts/pages.ts';
import { capital, formatDay, formatNumber } from '../../../texts/format.ts';
import { DayText } from '../../ui/day.tsx';
import { Icon } from '../../ui/icons.tsx';
import { DaysLeft } from '../../ui/stage.tsx';
import classes from './position.module.css';
import type { Agreement } from './reading.ts';

export function Position({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { stage, stageInLaw, stageSince, today, desks, turnSince, ending } = agreement;
  return (
    <dl className={classes.position}>
      <Fact name={t('agreement.position.stage')}>
        <Strong>{capital(nameOf(`stage.${stage}`))}</Strong>
        <Quiet>
          {t('agreement.inLaw', { stage: nameOf(`stageInLaw.${stageInLaw as InLaw}`) })}
        </Quiet>
        <Since day={stageSince} today={today} />
      </Fact>
      <Fact
        name={t(stage === 'active' ? 'agreement.position.originals' : 'agreement.position.desk')}
      >
        {desks.length === 0 ? (
          <Strong>{t('agreement.position.nobody')}</Strong>
        ) : (
          <>
            <Strong>{desks.map(({ name }) => name).join(', ')}</Strong>
            <Since day={turnSince} today={today} />
          </>
        )}
        {agreement.myTurn && (
          <Text size="sm" component="p" className={classes.turn}>
            <Icon name="person" size={15} />
            {t('agreement.position.yourTurn')}
          </Text>
        )}
      </Fact>
      <Fact name={t('agreement.position.end')}>
        <Strong>
          <TermText agreement={agreement} />
        </Strong>
        {ending && <EndingText ending={ending} isAhead={stage !== 'ended'} />}
        {stage !== 'ended' && <InForce agreement={agreement} />}
      </Fact>
    </dl>
  );
}

function InForce({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { stage, awaitsStart, inForceFrom, term, daysLeft } = agreement;
  if (awaitsStart) {
    return <Quiet>{t('agreement.position.awaitsStart', { day: formatDay(term.start) })}</Quiet>;
  }
  if (stage !== 'active') return <Quiet>{t('agreement.position.planned')}</Quiet>;
  return (
    <>
      <DaysLeft days={daysLeft} />
      {inForceFrom && (
        <Quiet>{t('agreement.position.inForceFrom', { day: formatDay(inForceFrom) })}</Quiet>
      )}
    </>
  );
}

function EndingText({
  ending,
  isAhead,
}: {
  ending: NonNullable<Agreement['ending']>;
  isAhead: boolean;
}) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { reason, lawful, lastDay, supersededBy } = ending;
  const why = lawful ? nameOf(`reason.${lawful}`) : nameOf(`ending.${reason}`);
  return (
    <>
      <Quiet>
        {t(isAhead ? 'agreement.position.ends' : 'agreement.position.ended', { reason: why })}
      </Quiet>
      <Quiet>
        {lastDay
          ? t('agreement.position.lastDay', { day: formatDay(lastDay) })
          : t('agreement.position.neverInForce')}
      </Quiet>
      {supersededBy && (
        <Quiet>
          {t('agreement.position.supersededBy')}{' '}
          <Link to="/perjanjian/$id" params={{ id: supersededBy.id }}>
            {supersededBy.title}
          </Link>
        </Quiet>
      )}
    </>
  );
}

function TermText({ agreement: { term } }: { agreement: Agreement }) {
  return (
    <Trans
      i18nKey="days.rangeParts"
      components={{ start: <DayText day={term.start} />, end: <DayText day={term.end} /> }}
    />
  );
}

function Since({ day, today }: { day: Day; today: Day }) {
  const { t } = useTranslation();
  const n = daysBetween(day, today);
  return (
    <Quiet>
      {n > 0
        ? t('agreement.since', { day: formatDay(day), n: formatNumber(n) })
        : t('agreement.sinceToday', { day: formatDay(day) })}
    </Quiet>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Strong({ children }: { children: ReactNode }) {
  return (
    <Text fw={600} component="p" m={0}>
      {children}
    </Text>
  );
}

function Quiet({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed" component="p" m={0}>
      {children}
    </Text>
  );
}

// The contract names the law's stages as text; their names stand by code in the texts.
type InLaw = keyof typeof codes.stageInLaw;
