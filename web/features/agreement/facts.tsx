/** What was chosen at intake, in one place. */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../../texts/format.ts';
import { allows, useSession } from '../../connection/session.ts';
import { Fact, FactList } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icons.tsx';
import { useActor } from '../../ui/people.ts';
import { Section } from '../../ui/section.tsx';
import { useTermWords } from '../../ui/term.ts';
import classes from './facts.module.css';
import { useNamed } from './named.ts';
import type { Agreement } from './reading.ts';

export function Facts({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const session = useSession();
  const wordsOf = useTermWords();
  const named = useNamed();
  const { area, region, submittingOffices, parentException } = agreement;
  const isElsewhere = area.length !== 1 || area[0]?.code !== region.code;
  return (
    <Section title={t('agreement.facts.title')}>
      <FactList>
        <Fact name={t('agreement.facts.kind')}>{nameOf(`kind.${agreement.kind}`)}</Fact>
        <Fact name={t('agreement.facts.form')}>{nameOf(`form.${agreement.form}`)}</Fact>
        <Fact name={t('agreement.facts.basis')}>
          {nameOf(`legalBasis.${agreement.legalBasis}`)}
        </Fact>
        <Fact name={t('agreement.facts.region')}>
          {named(region)} ({region.code})
        </Fact>
        {isElsewhere && <Fact name={t('agreement.facts.area')}>{area.map(named).join(', ')}</Fact>}
        {submittingOffices.length > 0 && (
          <Fact name={t('agreement.facts.submitting')}>
            {submittingOffices.map(named).join(', ')}
          </Fact>
        )}
        <Fact name={t('agreement.facts.proposer')}>{named(agreement.proposer)}</Fact>
        <Fact name={t('agreement.facts.created')}>{formatDay(agreement.createdOn)}</Fact>
        <Fact name={t('agreement.facts.text')}>
          <TextVersion agreement={agreement} />
        </Fact>
        {parentException !== null && (
          <Fact name={t('agreement.facts.exception')}>
            {parentException.reason}
            <Text span size="sm" c="dimmed" display="block">
              {t('agreement.facts.exceptionFor', { term: wordsOf(parentException.term) })}
            </Text>
          </Fact>
        )}
      </FactList>
      {allows(session, 'mail.read') && (
        <Link to="/kotak-keluar" search={{ perjanjian: agreement.id }} className={classes.mails}>
          <Icon name="mail" size={16} />
          {t('agreement.facts.mails')}
        </Link>
      )}
    </Section>
  );
}

function TextVersion({ agreement: { textVersion, handedIn } }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const actorOf = useActor();
  if (!handedIn) return t('agreement.facts.textNone');
  const { desk, actedBy } = handedIn;
  return (
    <>
      {t('agreement.facts.textVersion', { n: textVersion, desk: desk.name })}
      {actedBy.name !== null && (
        <Text span size="sm" c="dimmed" display="block">
          {t('agreement.facts.textBy', { who: actorOf(actedBy) })}
        </Text>
      )}
    </>
  );
}
