/**
 * What every command's form has in common: for which office, under which revision of the agreement
 * that was read, and what to do when somebody was faster.
 */
import { Alert, Button, NativeSelect, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormErrors } from '@mantine/form';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CallFailed } from '../../../connection/failure.ts';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { useSentForm } from '../../../ui/sent-form.ts';
import type { Attempt, SentForm } from '../../../ui/sent-form.ts';
import { useTermWords } from '../../../ui/term.ts';
import { offerKey, offersOf } from '../offers.ts';
import type { Offer } from '../offers.ts';
import { agreementQuery, useNewState } from '../reading.ts';
import type { Agreement } from '../reading.ts';

/** What every command's form gets. */
export type CommandProps = {
  /** The agreement as the person knows it; the command is given under its revision. */
  agreement: Agreement;
  offer: Offer;
  /** What the command is called. */
  label: string;
  /** Takes over the newest state; what was typed stays. */
  onAdopt: (newest: { agreement: Agreement; offer: Offer }) => void;
  onClose: () => void;
};

/** A command's form; `send` speaks to its route, under the revision that the person knows. */
export function useCommand<Own extends Record<string, unknown>, Body>(
  { agreement, offer, onClose }: CommandProps,
  {
    initialValues,
    gaps,
    compose,
    send,
    done,
  }: {
    initialValues: Own;
    gaps?: (values: Own & { office: string }) => FormErrors;
    compose: (values: Own & { office: string }) => Body;
    send: (attempt: Attempt<Body> & { id: string; revision: number }) => Promise<Agreement>;
    /** What is said when it is done, unless it waits for the consent of others. */
    done: string;
  },
): SentForm<Own & { office: string }> {
  const { t } = useTranslation();
  const takeOver = useNewState();
  const client = useQueryClient();
  return useSentForm<Own & { office: string }, Body, Agreement>({
    initialValues: { office: offer.offices[0]?.id ?? '', ...initialValues },
    ...(gaps && { gaps }),
    compose,
    send: async (attempt) => {
      const { id, revision } = agreement;
      try {
        return await send({ ...attempt, id, revision });
      } catch (error) {
        if (isStale(error)) void client.invalidateQueries(agreementQuery(id));
        throw error;
      }
    },
    onDone: (next) => {
      takeOver(next);
      const isAsked = next.pending !== null && next.pending.id !== agreement.pending?.id;
      notifications.show({ message: isAsked ? t('command.asked') : done, color: 'green' });
      onClose();
    },
  });
}

function isStale(error: unknown): boolean {
  return error instanceof CallFailed && error.problem.code === 'VersionStale';
}

/** The dialog around a command's fields. */
export function CommandDialog<Values extends { office: string }>({
  agreement,
  offer,
  label,
  onAdopt,
  onClose,
  sent,
  lead,
  danger = false,
  children,
}: CommandProps & {
  sent: SentForm<Values>;
  lead: ReactNode;
  danger?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const { data: newest = agreement } = useQuery(agreementQuery(agreement.id));
  const still = offersOf(newest).find((each) => offerKey(each) === offerKey(offer));
  const wasTold = sent.sending.state === 'refused' && isStale(sent.sending.error);
  const newer = still && newest.revision > agreement.revision && (
    <Newer
      known={agreement}
      newest={newest}
      onAdopt={() => {
        onAdopt({ agreement: newest, offer: still });
        sent.clearRefusal();
      }}
    />
  );
  const asksNow = sent.sending.state === 'sending' || sent.sending.state === 'unknown';

  return (
    <FormDialog
      title={label}
      lead={lead}
      sent={sent}
      submitLabel={label}
      danger={danger}
      blocked={!asksNow && (!still || newer !== false)}
      onClose={onClose}
      notice={
        !asksNow && !still ? (
          <Alert color="yellow" variant="light" icon={<Icon name="info" />} role="alert">
            {t('agreement.next.gone')}
          </Alert>
        ) : (
          !asksNow && !wasTold && newer
        )
      }
      remedy={wasTold && newer}
    >
      <OfficeField offer={offer} sent={sent} />
      {children}
    </FormDialog>
  );
}

// What matters for what is about to be done is named: where it stands, the text and the dates.
function Newer({
  known,
  newest,
  onAdopt,
}: {
  known: Agreement;
  newest: Agreement;
  onAdopt: () => void;
}) {
  const { t } = useTranslation();
  const wordsOf = useTermWords();
  const { t: nameOf } = useTranslation('codes');
  const desk = newest.desks.map(({ name }) => name).join(', ') || t('none');
  return (
    <Alert color="blue" variant="light" icon={<Icon name="refresh" />} mt="xs" role="status">
      <Text size="sm">
        {t('agreement.next.newer', { stage: nameOf(`stage.${newest.stage}`), desk })}
      </Text>
      {newest.textVersion !== known.textVersion && (
        <Text size="sm">{t('agreement.next.newerText', { n: newest.textVersion })}</Text>
      )}
      {wordsOf(newest.term) !== wordsOf(known.term) && (
        <Text size="sm">{t('agreement.next.newerTerm', { term: wordsOf(newest.term) })}</Text>
      )}
      <Button size="xs" variant="default" mt="xs" onClick={onAdopt}>
        {t('agreement.next.adopt')}
      </Button>
    </Alert>
  );
}

// Only people who could act for several offices are asked for which.
function OfficeField<Values extends { office: string }>({
  offer,
  sent: { form },
}: {
  offer: Offer;
  sent: SentForm<Values>;
}) {
  const { t } = useTranslation();
  if (offer.offices.length < 2) return null;
  return (
    <NativeSelect
      label={t('field.office')}
      description={t('field.officeHint')}
      data={offer.offices.map(({ id, name }) => ({ value: id, label: name }))}
      data-field="office"
      {...form.getInputProps('office' as never)}
    />
  );
}
