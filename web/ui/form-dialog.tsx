/** A form in a dialog: fields, what became of sending it, and two buttons. */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useBlocker } from '@tanstack/react-router';
import { useLayoutEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';
import { SentNotice } from './sent-notice.tsx';
import type { SentForm } from './sent-form.ts';

export function FormDialog<Values extends Record<string, unknown>>({
  title,
  lead,
  sent,
  submitLabel,
  danger = false,
  blocked = false,
  notice,
  remedy,
  onClose,
  children,
}: {
  title: string;
  lead?: ReactNode;
  sent: SentForm<Values>;
  submitLabel: string;
  danger?: boolean;
  /** Whether sending makes no sense at the moment. */
  blocked?: boolean;
  notice?: ReactNode;
  /** What can be done about a refusal. */
  remedy?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  useReturnOfFocus();
  const isSmall = useMediaQuery('(max-width: 36em)') ?? false;
  const { sending, isLocked, submit, remaining, hasUnsent } = sent;
  const leaving = useLeaving(hasUnsent, onClose);
  return (
    <Modal
      opened
      onClose={leaving.ask}
      title={title}
      size="lg"
      fullScreen={isSmall}
      // Nobody leaves by accident what may have happened and what can be sent again.
      closeOnEscape={!isLocked}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('close'), disabled: isLocked }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {lead && (
            <Text size="sm" c="dimmed">
              {lead}
            </Text>
          )}
          {notice}
          <SentNotice sending={sending} remaining={remaining}>
            {remedy}
          </SentNotice>
          <fieldset disabled={isLocked} style={{ all: 'unset' }}>
            <Stack gap="md">{children}</Stack>
          </fieldset>
          {leaving.isAsked && (
            <Alert
              color="yellow"
              variant="light"
              icon={<Icon name="info" />}
              title={t('form.unsent')}
            >
              <Group gap="sm" p={4}>
                <Button size="xs" variant="default" onClick={leaving.stay} autoFocus>
                  {t('form.goOn')}
                </Button>
                <Button size="xs" color="red.9" onClick={leaving.leave}>
                  {t('form.discard')}
                </Button>
              </Group>
            </Alert>
          )}
          <Group justify="flex-end" gap="sm" mt="xs">
            <Button variant="default" onClick={onClose} disabled={sending.state === 'sending'}>
              {t(sending.state === 'unknown' ? 'close' : 'cancel')}
            </Button>
            <Button
              type="submit"
              loading={sending.state === 'sending'}
              disabled={blocked}
              {...(danger && { color: 'red.9' })}
            >
              {sending.state === 'unknown' ? t('form.sendAgain') : submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Leaving by Escape, by the cross or by going back; asked about first where something would be lost. */
function useLeaving(hasUnsent: () => boolean, onClose: () => void) {
  const [isClosing, setClosing] = useState(false);
  const blocker = useBlocker({
    shouldBlockFn: hasUnsent,
    enableBeforeUnload: false,
    withResolver: true,
  });
  const isGoing = blocker.status === 'blocked';
  return {
    isAsked: isClosing || isGoing,
    ask: () => (hasUnsent() ? setClosing(true) : onClose()),
    stay: () => {
      setClosing(false);
      if (isGoing) blocker.reset();
    },
    leave: () => {
      if (isGoing) blocker.proceed();
      else onClose();
    },
  };
}

// Work by keyboard goes on where the dialog was opened, in the moment in which it closes; when that
// place goes in the same moment, at the top of the page.
function useReturnOfFocus(): void {
  const [opener] = useState(() => document.activeElement as HTMLElement | null);
  useLayoutEffect(
    () => () => {
      opener?.focus({ preventScroll: true });
      requestAnimationFrame(() => {
        const isLost = document.activeElement === document.body;
        if (isLost) document.querySelector('h1')?.focus({ preventScroll: true });
      });
    },
    [opener],
  );
}
