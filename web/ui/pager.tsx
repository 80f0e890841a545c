/**
 * Turning pages by cursor. The address remembers the cursors that led here, so that a page can be
 * sent on, reloaded and turned back.
 */
import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';

/** The cursor of the page that an address shows; none on the first. */
export function cursorIn(trail: string | undefined): string | undefined {
  return trail?.split('~').at(-1);
}

export function Pager({
  trail = '',
  nextCursor,
  onTurn,
}: {
  trail?: string | undefined;
  nextCursor: string | null;
  onTurn: (trail: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const behind = trail === '' ? [] : trail.split('~');
  if (behind.length === 0 && nextCursor === null) return null;
  const turn = (cursors: string[]) => {
    onTurn(cursors.length > 0 ? cursors.join('~') : undefined);
    window.scrollTo({ top: 0 });
  };
  return (
    <Group justify="space-between" component="nav" aria-label={t('pager.label')}>
      <Button
        variant="default"
        leftSection={<Icon name="arrowLeft" />}
        disabled={behind.length === 0}
        onClick={() => turn(behind.slice(0, -1))}
      >
        {t('pager.previous')}
      </Button>
      <Text size="sm" c="dimmed">
        {t('pager.page', { n: behind.length + 1 })}
      </Text>
      <Button
        variant="default"
        rightSection={<Icon name="arrowRight" />}
        disabled={nextCursor === null}
        onClick={() => nextCursor !== null && turn([...behind, nextCursor])}
      >
        {t('pager.next')}
      </Button>
    </Group>
  );
}
