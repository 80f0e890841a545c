/** How agreements hang together: the MoU above, what came before, what follows, the PKS below. */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatNumber, formatShortDay } from '../../../texts/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { Section } from '../../ui/section.tsx';
import { StageBadge } from '../../ui/stage.tsx';
import classes from './chain.module.css';
import type { Agreement } from './reading.ts';

type Related = NonNullable<Agreement['parent']>;

export function Chain({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { parent, children, renewalOf, renewedBy } = agreement;
  const isAlone = !parent && !renewalOf && !renewedBy && children.length === 0;
  const row = (
    <ol className={classes.row}>
      {renewalOf && (
        <li>
          <Label words={t('agreement.chain.before')} />
          <Node related={renewalOf} />
          <Gap days={renewalOf.gapDays} />
        </li>
      )}
      <li>
        <div className={classes.self} aria-current="page">
          <Label words={t('agreement.chain.this')} />
          <Text size="sm" fw={600}>
            {agreement.title}
          </Text>
          <Text size="sm" c="dimmed">
            {formatShortDay(agreement.term.start)} – {formatShortDay(agreement.term.end)}
          </Text>
        </div>
        {children.length > 0 && (
          <>
            <Label words={t('agreement.chain.children')} />
            <ul className={classes.below}>
              {children.map((child) => (
                <li key={child.id}>
                  <Node related={child} />
                </li>
              ))}
            </ul>
          </>
        )}
      </li>
      {renewedBy && (
        <li>
          <Gap days={renewedBy.gapDays} />
          <Label words={t('agreement.chain.after')} />
          <Node related={renewedBy} />
        </li>
      )}
    </ol>
  );
  return (
    <Section title={t('agreement.chain.title')}>
      {isAlone ? (
        <Text size="sm" c="dimmed">
          {t('agreement.chain.alone')}
        </Text>
      ) : parent ? (
        <ul className={classes.tree}>
          <li>
            <Label words={t('agreement.chain.parent')} />
            <Node related={parent} />
            <div className={classes.below}>{row}</div>
          </li>
        </ul>
      ) : (
        row
      )}
    </Section>
  );
}

function Node({ related: { id, title, stage, term } }: { related: Related }) {
  return (
    <div className={classes.node}>
      <Link to="/perjanjian/$id" params={{ id }} className={classes.title}>
        {title}
      </Link>
      <Text size="sm" c="dimmed">
        {formatShortDay(term.start)} – {formatShortDay(term.end)}
      </Text>
      <StageBadge stage={stage} />
    </div>
  );
}

// Days without an agreement; months for which contributions went unpaid are another matter.
function Gap({ days }: { days: number | null }) {
  const { t } = useTranslation();
  if (days === null) return null;
  return (
    <Text size="sm" className={classes.gap} data-late={days > 0 || undefined}>
      <Icon name={days > 0 ? 'warning' : 'down'} size={15} />
      {days > 0 ? t('agreement.chain.gap', { n: formatNumber(days) }) : t('agreement.chain.noGap')}
    </Text>
  );
}

function Label({ words }: { words: string }) {
  return (
    <Text size="xs" c="dimmed" fw={600}>
      {words}
    </Text>
  );
}
