/** What can be done now: a button for each possible step, or whom one waits for. */
import { Button, Group, Menu, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../../texts/format.ts';
import { Icon } from '../../ui/icons.tsx';
import type { IconName } from '../../ui/icons.tsx';
import { Section } from '../../ui/section.tsx';
import { ApproveForm } from './commands/approve-form.tsx';
import type { CommandProps } from './commands/command-dialog.tsx';
import { DatesForm } from './commands/dates-form.tsx';
import { NumberForm } from './commands/number-form.tsx';
import { PassForm } from './commands/pass-form.tsx';
import { RenewForm } from './commands/renew-form.tsx';
import { ReturnForm } from './commands/return-form.tsx';
import { SignForm } from './commands/sign-form.tsx';
import { SubmitForm } from './commands/submit-form.tsx';
import { TerminateForm } from './commands/terminate-form.tsx';
import { WithdrawForm } from './commands/withdraw-form.tsx';
import { offersOf, useOfferLabel, weightOf } from './offers.ts';
import type { CommandName, Offer } from './offers.ts';
import type { Agreement } from './reading.ts';

const FORMS: Record<CommandName, (props: CommandProps) => React.ReactNode> = {
  submit: SubmitForm,
  return: ReturnForm,
  passTurn: PassForm,
  approve: ApproveForm,
  recordNumber: NumberForm,
  sign: SignForm,
  changeDates: DatesForm,
  withdraw: WithdrawForm,
  terminate: TerminateForm,
  renew: RenewForm,
};

const SIGNS: Record<CommandName, IconName> = {
  submit: 'arrowRight',
  return: 'arrowBack',
  passTurn: 'people',
  approve: 'check',
  recordNumber: 'document',
  sign: 'pen',
  changeDates: 'calendar',
  withdraw: 'cross',
  terminate: 'stop',
  renew: 'refresh',
};

export function NextSteps({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const labelOf = useOfferLabel(agreement);
  // A form stays open as it was opened, until its person takes over what happened meanwhile.
  const [open, setOpen] = useState<{ agreement: Agreement; offer: Offer } | null>(null);
  const offers = offersOf(agreement);
  const of = (weight: ReturnType<typeof weightOf>) =>
    offers.filter((offer) => weightOf(offer, agreement) === weight);
  const start = (offer: Offer) => setOpen({ agreement, offer });
  const Form = open && FORMS[open.offer.command];

  return (
    <Section title={t('agreement.next.title')} accent={agreement.myTurn}>
      <Situation agreement={agreement} />
      {offers.length > 0 && (
        <Group gap="sm" mt="md">
          {of('main').map((offer) => (
            <Button
              key={keyOf(offer)}
              leftSection={<Icon name={SIGNS[offer.command]} />}
              onClick={() => start(offer)}
            >
              {labelOf(offer)}
            </Button>
          ))}
          {of('beside').map((offer) => (
            <Button
              key={keyOf(offer)}
              variant="default"
              leftSection={<Icon name={SIGNS[offer.command]} />}
              onClick={() => start(offer)}
            >
              {labelOf(offer)}
            </Button>
          ))}
          {of('rare').length > 0 && (
            <Menu position="bottom-start" withinPortal>
              <Menu.Target>
                <Button variant="subtle" rightSection={<Icon name="chevronDown" size={15} />}>
                  {t('agreement.next.other')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {of('rare').map((offer) => (
                  <Menu.Item
                    key={keyOf(offer)}
                    leftSection={<Icon name={SIGNS[offer.command]} />}
                    onClick={() => start(offer)}
                  >
                    {labelOf(offer)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </Group>
      )}
      {Form && <Form {...open} onAdopt={setOpen} onClose={() => setOpen(null)} />}
    </Section>
  );
}

function keyOf({ command, party, onBehalfOf, step }: Offer): string {
  return [command, party?.id, onBehalfOf?.id, step].join('/');
}

function Situation({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { stage, myTurn, desks, awaitsStart, term, renewedBy, possible } = agreement;
  const desk = desks.map(({ name }) => name).join(', ');
  const isRenewable = possible.some(({ command }) => command === 'renew');
  if (stage === 'ended' || stage === 'active') {
    return (
      <Text>
        {renewedBy ? (
          <>
            {t(stage === 'ended' ? 'agreement.next.endedShort' : 'agreement.next.activeShort')}{' '}
            {t('agreement.next.renewed')}{' '}
            <Link to="/perjanjian/$id" params={{ id: renewedBy.id }}>
              {renewedBy.title}
            </Link>
          </>
        ) : (
          t(
            stage === 'active'
              ? 'agreement.next.active'
              : isRenewable
                ? 'agreement.next.ended'
                : 'agreement.next.endedShort',
          )
        )}
      </Text>
    );
  }
  if (awaitsStart) {
    return <Text>{t('agreement.next.awaitsStart', { day: formatDay(term.start) })}</Text>;
  }
  if (myTurn) return <Text>{t('agreement.next.yours')}</Text>;
  return (
    <Text>
      {t('agreement.next.waiting', { desk })} {possible.length === 0 && t('agreement.next.nothing')}
    </Text>
  );
}
