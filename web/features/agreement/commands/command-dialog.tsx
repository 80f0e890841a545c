/**
 * What every command's form has in common: for which office, under which version of the agreement
 * that was read, and what to do when somebody was faster.
 */
import { Alert, Button, NativeSelect, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormErrors } from '@mantine/form';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CallFailed } from '../../../connection/failure.ts';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { useSentForm } from '../../../ui/sent-form.ts';
import type { Attempt, SentForm } from '../../../ui/sent-form.ts';
import { offersOf, useOfferLabel } from '../offers.ts';
import type { Offer } from '../offers.ts';
import { agreementQuery, useNewState } from '../reading.ts';
import type { Agreement } from '../reading.ts';

/** What every command's form gets. */
export type CommandProps = { agreement: Agreement; offer: Offer; onClose: () => void };

export type CommandForm<Values extends Record<string, unknown>> = {
  sent: SentForm<Values>;
  /** The version under which the command is given. */
  version: number;
  adopt: () => void;
};

/** A command's form; `send` speaks to its route. */
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
    send: (attempt: Attempt<Body> & { id: string; version: number }) => Promise<Agreement>;
    /** What is said when it is done. */
    done: string;
  },
): CommandForm<Own & { office: string }> {
  const [version, setVersion] = useState(agreement.version);
  const takeOver = useNewState();
  const client = useQueryClient();
  const sent = useSentForm<Own & { office: string }, Body, Agreement>({
    initialValues: { office: offer.offices[0]?.id ?? '', ...initialValues },
    ...(gaps && { gaps }),
    compose,
    send: (attempt) => send({ ...attempt, id: agreement.id, version }),
    onDone: (next) => {
      takeOver(next);
      notifications.show({ message: done, color: 'green' });
      onClose();
    },
  });
  return {
    sent,
    version,
    adopt: () => {
      void client.query({ ...agreementQuery(agreement.id), staleTime: 0 }).then((newest) => {
        setVersion(newest.version);
      });
    },
  };
}

/** The dialog around a command's fields. */
export function CommandDialog<Values extends { office: string }>({
  agreement,
  offer,
  onClose,
  command,
  lead,
  danger = false,
  children,
}: CommandProps & {
  command: CommandForm<Values>;
  lead: ReactNode;
  danger?: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const labelOf = useOfferLabel(agreement);
  const { data: newest = agreement } = useQuery(agreementQuery(agreement.id));
  const { sent, version, adopt } = command;
  const isStill = offersOf(newest).some(
    (each) =>
      each.command === offer.command &&
      each.party?.id === offer.party?.id &&
      each.onBehalfOf?.id === offer.onBehalfOf?.id &&
      each.step === offer.step,
  );
  const isNewer = newest.version > version;
  const wasTold =
    sent.sending.state === 'refused' &&
    sent.sending.error instanceof CallFailed &&
    sent.sending.error.problem.code === 'VersionStale';
  const asksNow = sent.sending.state === 'sending' || sent.sending.state === 'unknown';

  return (
    <FormDialog
      title={labelOf(offer)}
      lead={lead}
      sent={sent}
      submitLabel={labelOf(offer)}
      danger={danger}
      blocked={!asksNow && (!isStill || (isNewer && !wasTold))}
      onClose={onClose}
      notice={
        !asksNow && !isStill ? (
          <Alert color="yellow" variant="light" icon={<Icon name="info" />} role="alert">
            {t('agreement.next.gone')}
          </Alert>
        ) : !asksNow && isNewer && !wasTold ? (
          <Newer agreement={newest} onAdopt={adopt} />
        ) : null
      }
      remedy={wasTold && isStill && <Newer agreement={newest} onAdopt={adopt} />}
    >
      <OfficeField offer={offer} sent={sent} />
      {children}
    </FormDialog>
  );
}

function Newer({ agreement, onAdopt }: { agreement: Agreement; onAdopt: () => void }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const desk = agreement.desks.map(({ name }) => name).join(', ') || t('none');
  return (
    <Alert color="blue" variant="light" icon={<Icon name="refresh" />} mt="xs" role="status">
      <Text size="sm">
        {t('agreement.next.newer', { stage: nameOf(`stage.${agreement.stage}`), desk })}
      </Text>
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
