/** The approval route as steps: who approves after whom, and what is still missing. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../../texts/format.ts';
import { Icon } from '../../ui/icons.tsx';
import type { IconName } from '../../ui/icons.tsx';
import { useActor } from '../../ui/people.ts';
import { Section } from '../../ui/section.tsx';
import type { Agreement } from './reading.ts';
import { stepName } from './steps.ts';
import classes from './approval-route.module.css';

type Step = Agreement['approvals'][number];

export function ApprovalRoute({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { approvals } = agreement;
  return (
    <Section title={t('agreement.approvals.title')}>
      {approvals.length === 0 ? (
        <Text c="dimmed">{t('agreement.approvals.none')}</Text>
      ) : (
        <ol className={classes.route}>
          {inLevels(approvals).map((level, at) => (
            <li key={at} className={classes.level}>
              {level.map((step) => (
                <StepCard key={step.id} step={step} nameOf={(code) => stepName(agreement, code)} />
              ))}
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

type StepProps = { step: Step; nameOf: (code: string) => string };

function StepCard({ step, nameOf }: StepProps) {
  const { t } = useTranslation();
  const { id, offices, ready, approval } = step;
  const isApproved = approval?.current ?? false;
  const state = isApproved ? 'approved' : ready ? 'ready' : 'waiting';
  return (
    <div className={classes.step} data-state={state}>
      <Text fw={600} className={classes.name}>
        <Icon name={SIGN[state]} size={16} />
        {nameOf(id)}
      </Text>
      {offices.length > 1 && (
        <Text size="sm" c="dimmed">
          {t('agreement.approvals.anyOf')}
        </Text>
      )}
      <StateWords step={step} nameOf={nameOf} />
    </div>
  );
}

const SIGN: Record<'approved' | 'ready' | 'waiting', IconName> = {
  approved: 'check',
  ready: 'clock',
  waiting: 'dots',
};

function StateWords({ step: { approval, ready, after }, nameOf }: StepProps) {
  const { t } = useTranslation();
  const actorOf = useActor();
  if (approval?.current) {
    const recorder = approval.recordedBy.userName ?? approval.recordedBy.office;
    const isPaper = approval.actedBy.name !== approval.recordedBy.userName;
    return (
      <Text size="sm">
        {t('agreement.approvals.approved', { day: formatDay(approval.on) })}{' '}
        {t('agreement.approvals.by', { who: actorOf(approval.actedBy) })}
        {isPaper && (
          <Text span inherit c="dimmed" display="block">
            {t('agreement.parties.recordedBy', { who: recorder })}
          </Text>
        )}
        {approval.evidence && (
          <Text span inherit c="dimmed" display="block">
            {t('agreement.parties.letter', {
              number: approval.evidence.number,
              day: formatDay(approval.evidence.date),
            })}
          </Text>
        )}
      </Text>
    );
  }
  return (
    <>
      <Text size="sm">
        {ready
          ? t('agreement.approvals.ready')
          : after.length > 0
            ? t('agreement.approvals.waiting', { steps: after.map(nameOf).join(', ') })
            : t('agreement.approvals.notYet')}
      </Text>
      {approval && (
        <Text size="sm" c="dimmed">
          {t('agreement.approvals.outdated', { n: approval.textVersion })}
        </Text>
      )}
    </>
  );
}

/** Steps that can be done at the same time stand together, each level after those it waits for. */
function inLevels(steps: readonly Step[]): Step[][] {
  const levels: Step[][] = [];
  let waiting = [...steps];
  const passed = new Set<string>();
  while (waiting.length > 0) {
    const ready = waiting.filter(({ after }) => after.every((id) => passed.has(id)));
    // A route is checked when it is proposed; this only keeps a page from never ending.
    const level = ready.length > 0 ? ready : waiting;
    levels.push(level);
    for (const { id } of level) passed.add(id);
    waiting = waiting.filter((step) => !level.includes(step));
  }
  return levels;
}
