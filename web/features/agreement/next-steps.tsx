/** What can be done now: a button for each possible command, or the desk that is waited for. */
import { Alert, Button, Group, Menu, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../../texts/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { Section } from '../../ui/section.tsx';
import { COMMAND_PAGES } from './command-pages.ts';
import type { Weight } from './commands/command-page.ts';
import { offerKey, offersOf } from './offers.ts';
import type { Offer } from './offers.ts';
import { PendingNotice } from './pending.tsx';
import type { Agreement } from './reading.ts';

/** An offer whose form is open, with the agreement as it was then read. */
type Opened = { agreement: Agreement; offer: Offer };

export function NextSteps({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation(['web', 'codes']);
  // A form stays open as it was opened, until its person takes over what happened meanwhile.
  const [open, setOpen] = useState<Opened | null>(null);
  const offers = offersOf(agreement).toSorted(inOrderOfPages);
  const weighing = (weight: Weight) =>
    offers.filter(({ command }) => COMMAND_PAGES[command].weight(agreement) === weight);
  const labelOf = ({ offer, agreement: read }: Opened) =>
    COMMAND_PAGES[offer.command].label(t, offer, read);
  const button = (offer: Offer) => ({
    leftSection: <Icon name={COMMAND_PAGES[offer.command].icon} />,
    onClick: () => setOpen({ agreement, offer }),
    children: labelOf({ agreement, offer }),
  });
  const rare = weighing('rare');
  const Form = open && COMMAND_PAGES[open.offer.command].Form;

  return (
    <Section title={t('agreement.next.title')} accent={agreement.myTurn}>
      <Situation agreement={agreement} />
      {agreement.pending && <PendingNotice pending={agreement.pending} />}
      {agreement.leftToColleagues.map((command) => (
        <Alert key={command} color="blue" variant="light" icon={<Icon name="info" />} mt="sm">
          {t(`agreement.next.colleague.${command}`)}
        </Alert>
      ))}
      {offers.length > 0 && (
        <Group gap="sm" mt="md">
          {weighing('main').map((offer) => (
            <Button key={offerKey(offer)} {...button(offer)} />
          ))}
          {weighing('beside').map((offer) => (
            <Button key={offerKey(offer)} variant="default" {...button(offer)} />
          ))}
          {rare.length > 0 && (
            <Menu position="bottom-start" withinPortal>
              <Menu.Target>
                <Button variant="subtle" rightSection={<Icon name="chevronDown" size={15} />}>
                  {t('agreement.next.other')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {rare.map((offer) => (
                  <Menu.Item key={offerKey(offer)} {...button(offer)} />
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </Group>
      )}
      {Form && (
        <Form {...open} label={labelOf(open)} onAdopt={setOpen} onClose={() => setOpen(null)} />
      )}
    </Section>
  );
}

const ORDER = Object.keys(COMMAND_PAGES);

function inOrderOfPages(one: Offer, other: Offer): number {
  return ORDER.indexOf(one.command) - ORDER.indexOf(other.command);
}

function Situation({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { stage, myTurn, desks, awaitsStart, term, renewedBy, possible, ending } = agreement;
  const desk = desks.map(({ name }) => name).join(', ');
  if (stage === 'active' && ending?.lastDay) {
    return <Text>{t('agreement.next.ending', { day: formatDay(ending.lastDay) })}</Text>;
  }
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
