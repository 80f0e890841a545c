/** One mail: as people get it, as plain text, and what became of it. */
import { Code, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatDay, formatInstant, formatNumber } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { AnswerFrom } from '../../connection/call.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Fact, FactList } from '../../ui/facts.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { Page } from '../../ui/page.tsx';
import { Section } from '../../ui/section.tsx';
import { ownZone } from '../../ui/zone.ts';
import { DoubledNote, MailState, Readers, useTemplateName } from './mail-state.tsx';
import { MailTrouble } from './mail-trouble.tsx';
import { SendAgain } from './send-again.tsx';
import classes from './mail-page.module.css';

type Mail = AnswerFrom<'get /outbox/{id}'>;

export function MailPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/known/shell/kotak-keluar/$id' });
  const query = useQuery({
    queryKey: ['outbox', 'one', id],
    queryFn: ({ signal }) => call('get /outbox/{id}', { params: { id }, signal }),
  });
  return (
    <>
      <BackLink to="/kotak-keluar" label={t('outbox.back')} />
      <QueryBoundary query={query} lines={6}>
        {(mail) => (
          <Page title={mail.subject}>
            <div className={classes.columns}>
              <Letter mail={mail} />
              <Section title={t('outbox.state')}>
                <State mail={mail} />
              </Section>
            </div>
          </Page>
        )}
      </QueryBoundary>
    </>
  );
}

function Letter({ mail }: { mail: Mail }) {
  const { t } = useTranslation();
  return (
    <Tabs defaultValue="html" className={classes.letter}>
      <Tabs.List>
        <Tabs.Tab value="html">{t('outbox.html')}</Tabs.Tab>
        <Tabs.Tab value="text">{t('outbox.text')}</Tabs.Tab>
        {mail.received && <Tabs.Tab value="source">{t('outbox.source')}</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="html">
        {/* No scripts and no origin of ours; links open beside this page. */}
        <iframe
          className={classes.frame}
          title={t('outbox.html')}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          srcDoc={mail.html.replace('<head>', '<head><base target="_blank"/>')}
        />
      </Tabs.Panel>
      <Tabs.Panel value="text">
        <pre className={classes.text} tabIndex={0}>
          {mail.text}
        </pre>
      </Tabs.Panel>
      {mail.received && (
        <Tabs.Panel value="source">
          <pre className={classes.text} tabIndex={0}>
            {mail.received.source || t('outbox.notReceived')}
          </pre>
        </Tabs.Panel>
      )}
    </Tabs>
  );
}

function State({ mail }: { mail: Mail }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const templateName = useTemplateName();
  const when = (instant: string) => formatInstant(Date.parse(instant), ownZone());
  return (
    <Stack gap="sm">
      <div>
        <MailState state={mail.state} />
        {mail.possiblyDoubled && <DoubledNote />}
      </div>
      {mail.state === 'queued' && <MailTrouble />}
      {/* Failed again, it is another attempt. */}
      {mail.state === 'failed' && <SendAgain key={mail.attempts} id={mail.id} />}
      <FactList>
        {mail.notSentBecause && (
          <Fact name={t('outbox.notSent')}>{nameOf(`notSent.${mail.notSentBecause}`)}</Fact>
        )}
        <Fact name={t('outbox.columns.to')}>
          <Readers mail={mail} />
        </Fact>
        <Fact name={t('outbox.offices')}>{mail.offices.join(', ')}</Fact>
        <Fact name={t('outbox.template')}>{templateName(mail.template)}</Fact>
        {mail.agreement && (
          <Fact name={t('pipeline.columns.title')}>
            <Link to="/perjanjian/$id" params={{ id: mail.agreement.id }}>
              {mail.agreement.title}
            </Link>
          </Fact>
        )}
        <Fact name={t('outbox.columns.day')}>{formatDay(mail.businessDay)}</Fact>
        <Fact name={t('outbox.notBefore')}>{when(mail.notBefore)}</Fact>
        {mail.sentBusinessAt && <Fact name={t('outbox.sentAt')}>{when(mail.sentBusinessAt)}</Fact>}
        <Fact name={t('outbox.attempts')}>{formatNumber(mail.attempts)}</Fact>
        {mail.received && (
          <Fact name={t('outbox.received')}>
            {t('outbox.receivedTimes', { n: formatNumber(mail.received.times) })}
          </Fact>
        )}
        {mail.lastError && (
          <Fact name={t('outbox.lastError')}>
            <Code>{mail.lastError}</Code>
          </Fact>
        )}
        <Fact name="Message-ID">
          <Code className={classes.id}>{mail.messageId}</Code>
        </Fact>
        <Fact name={t('outbox.request')}>
          <Code className={classes.id}>{mail.requestId}</Code>
        </Fact>
      </FactList>
    </Stack>
  );
}
