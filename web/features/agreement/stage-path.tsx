/** The way from proposal to the end, and how far this agreement has come. */
import { VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { STAGES } from '../../../domain/agreement/agreement.ts';
import { capital } from '../../../texts/format.ts';
import { Icon } from '../../ui/icons.tsx';
import type { Agreement } from './reading.ts';
import classes from './stage-path.module.css';

export function StagePath({ agreement: { stage, ending } }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const reached = STAGES.indexOf(stage);
  // What was withdrawn did not pass the stages before its end.
  const isCutShort = ending?.reason === 'withdrawn';
  return (
    <>
      <ol className={classes.path} aria-label={t('agreement.stagePath')}>
        {STAGES.map((each, at) => {
          const isPassed = at < reached && !isCutShort;
          return (
            <li
              key={each}
              className={classes.step}
              data-state={at === reached ? 'here' : isPassed ? 'passed' : 'ahead'}
              aria-current={at === reached ? 'step' : undefined}
            >
              <span className={classes.dot}>
                {isPassed ? <Icon name="check" size={13} /> : <span>{at + 1}</span>}
              </span>
              <span className={classes.word}>{capital(nameOf(`stage.${each}`))}</span>
              {isPassed && <VisuallyHidden>{t('agreement.milestones.done')}</VisuallyHidden>}
            </li>
          );
        })}
      </ol>
      <p className={classes.short}>
        {t('agreement.stageOf', {
          n: reached + 1,
          of: STAGES.length,
          stage: nameOf(`stage.${stage}`),
        })}
      </p>
    </>
  );
}
