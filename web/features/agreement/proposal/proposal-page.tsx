/** Proposing an agreement: one page in sections, filled in as far as it can be known. */
import { Alert, Anchor, Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { useSession } from '../../../connection/session.ts';
import { BackLink } from '../../../ui/back-link.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { forget, keep, readKept } from '../../../ui/draft-storage.ts';
import type { KeptPlace } from '../../../ui/draft-storage.ts';
import { Page } from '../../../ui/page.tsx';
import { Said } from '../../../ui/said.tsx';
import { SentNotice } from '../../../ui/sent-notice.tsx';
import { useSentForm } from '../../../ui/sent-form.ts';
import type { Attempt } from '../../../ui/sent-form.ts';
import { useTermGaps } from '../../../ui/term-input.tsx';
import { TwinLink } from '../twins.tsx';
import { ApprovalsSection } from './approvals-section.tsx';
import { composed, emptyDraft, isBeyondParent } from './draft.ts';
import type { Draft } from './draft.ts';
import { PartiesSection } from './parties-section.tsx';
import classes from './proposal-page.module.css';
import { AreaSection, DocumentSection, ProposerSection, TermSection } from './sections.tsx';
import { useSuggestions } from './suggestions.ts';
import { Summary } from './summary.tsx';

export function ProposalPage() {
  const { t } = useTranslation();
  const { user, installation } = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  const gapsOf = useGaps();
  const place = { name: 'usulan', userId: user.id, shape: 3 };
  const [kept] = useState(() => readKept<Draft>(place));
  const sentPlace = { name: 'usulan-terkirim', userId: user.id, shape: 1 };
  const [unanswered] = useState(() => unansweredAt(sentPlace));
  const [tellsOfDraft, setTellsOfDraft] = useState((kept ?? unanswered) !== undefined);
  const sent = useSentForm<Draft, ReturnType<typeof composed>, { id: string }>({
    initialValues: kept ?? emptyDraft(installation.today),
    gaps: gapsOf,
    compose: composed,
    send: ({ body, once }) => call('post /agreements', { body, once }),
    onValuesChange: (draft) => keep(place, draft),
    unanswered,
    onAttempt: (attempt) =>
      attempt ? keep(sentPlace, { attempt, sentAt: Date.now() }) : forget(sentPlace),
    onDone: ({ id }) => {
      forget(place);
      void client.invalidateQueries({ queryKey: ['agreements'] });
      notifications.show({ message: t('proposal.done'), color: 'green' });
      void navigate({ to: '/perjanjian/$id', params: { id } });
    },
  });
  const { form, sending, remaining, isLocked, submit } = sent;
  useSuggestions(form);

  return (
    <>
      <BackLink to="/perjanjian" label={t('agreement.back')} />
      <Page title={t('proposal.title')} lead={t('proposal.lead')}>
        {tellsOfDraft && !isLocked && (
          <Alert color="blue" variant="light" icon={<Icon name="info" />}>
            <Group justify="space-between" gap="xs">
              {t('proposal.draftFound')}
              <Anchor
                component="button"
                type="button"
                onClick={() => {
                  form.setValues(emptyDraft(installation.today));
                  form.clearErrors();
                  sent.clearRefusal();
                  setTellsOfDraft(false);
                }}
              >
                {t('proposal.draftClear')}
              </Anchor>
            </Group>
          </Alert>
        )}
        <div className={classes.columns}>
          <form onSubmit={submit} noValidate className={classes.form}>
            <fieldset disabled={isLocked} className={classes.fields}>
              <Stack gap="lg">
                <DocumentSection form={form} />
                <ProposerSection form={form} />
                <PartiesSection form={form} />
                <TermSection form={form} />
                <AreaSection form={form} />
                <ApprovalsSection form={form} />
              </Stack>
            </fieldset>
            <Stack gap="md" mt="lg">
              <SentNotice sending={sending} remaining={remaining}>
                <TwinLink sending={sending} />
              </SentNotice>
              <Said
                field="alongside"
                label={t('agreement.twins.alongside')}
                error={form.errors['alongside']}
                isSaid={form.values.alongside}
                onSay={(isSaid) => form.setFieldValue('alongside', isSaid)}
              />
              <Group justify="flex-end">
                <Button type="submit" size="md" loading={sending.state === 'sending'}>
                  {sending.state === 'unknown' ? t('form.sendAgain') : t('proposal.submit')}
                </Button>
              </Group>
            </Stack>
          </form>
          <div className={classes.summary}>
            <Summary draft={form.values} />
          </div>
        </div>
      </Page>
    </>
  );
}

/** Milliseconds for which the server surely knows an attempt again; it keeps answers for 30 days. */
const KNOWN_FOR = 29 * 24 * 60 * 60 * 1000;

/** A proposal that was sent before the page was opened again, without an answer. */
function unansweredAt(place: KeptPlace): Attempt<ReturnType<typeof composed>> | undefined {
  type Sent = { attempt: Attempt<ReturnType<typeof composed>>; sentAt: number };
  const kept = readKept<Sent>(place);
  return kept && Date.now() - kept.sentAt < KNOWN_FOR ? kept.attempt : undefined;
}

function useGaps(): (draft: Draft) => Record<string, string> {
  const { t } = useTranslation();
  const termGaps = useTermGaps();
  const missing = t('field.required');
  return (draft) => {
    const gaps: Record<string, string> = { ...termGaps(draft.term) };
    if (draft.title.trim() === '') gaps['title'] = missing;
    if (!draft.proposer) gaps['proposer'] = missing;
    if (!draft.region) gaps['region'] = missing;
    for (const [at, { how, office, outside }] of draft.parties.entries()) {
      if (how === 'office' && !office) gaps[`parties.${at}.office`] = missing;
      if (how === 'outside' && outside.trim() === '') gaps[`parties.${at}.outside`] = missing;
    }
    for (const [at, { offices }] of draft.approvals.entries()) {
      if (offices.length === 0) gaps[`approvals.${at}.offices`] = missing;
    }
    const needsException = draft.kind === 'pks' && isBeyondParent(draft);
    if (needsException && draft.parentException.trim() === '') gaps['parentException'] = missing;
    return gaps;
  };
}
