/** What surrounds every page of people who are signed in. */
import {
  Alert,
  Burger,
  Container,
  Drawer,
  Group,
  Menu,
  NavLink,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../domain/shared/day.ts';
import { signOut } from '../connection/account.ts';
import { followChanges, useConnection } from '../connection/live.ts';
import { allows, useSession } from '../connection/session.ts';
import type { Session } from '../connection/session.ts';
import { TrainingBanner } from '../features/clock/training-banner.tsx';
import { EmptyPage } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icons.tsx';
import type { IconName } from '../ui/icons.tsx';
import { Mark } from '../ui/mark.tsx';
import { useRefresh } from '../ui/saved.ts';
import { HINTS } from './hints.ts';
import classes from './shell.module.css';

export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const [menuOpen, { toggle: toggleMenu, close: closeMenu }] = useDisclosure(false);
  const { pathname } = useRouterState({ select: ({ location }) => location });
  useEffect(() => followChanges(client, HINTS), [client]);
  useNewDay(session.installation.today, useRefresh('agreement', 'agreements', 'holders'));
  useEffect(closeMenu, [pathname, closeMenu]);
  const places = placesOf(session);

  return (
    <>
      <a href="#isi" className={classes.skip}>
        {t('skip')}
      </a>
      <header className={classes.header}>
        <Group className={classes.bar} justify="space-between" wrap="nowrap">
          <Group gap="xl" wrap="nowrap">
            <Link to="/" className={classes.home}>
              <Mark />
            </Link>
            <nav aria-label={t('shell.main')} className={classes.places}>
              {places.map(({ to, label, icon }) => (
                <Link key={to} to={to} className={classes.place} activeOptions={{ exact: false }}>
                  <Icon name={icon} />
                  {t(label)}
                </Link>
              ))}
            </nav>
          </Group>
          <AccountMenu session={session} />
          <Burger
            className={classes.burger}
            opened={menuOpen}
            onClick={toggleMenu}
            aria-label={t('shell.menu')}
            size="sm"
          />
        </Group>
      </header>
      <Drawer
        opened={menuOpen}
        onClose={closeMenu}
        position="right"
        size="xs"
        title={session.user.name}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <nav aria-label={t('shell.main')}>
          {places.map(({ to, label, icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={t(label)}
              leftSection={<Icon name={icon} />}
              active={pathname.startsWith(to)}
            />
          ))}
          <NavLink
            component={Link}
            to="/kata-sandi"
            label={t('shell.changePassword')}
            leftSection={<Icon name="key" />}
          />
          <NavLink
            component={Link}
            to="/perangkat"
            label={t('shell.sessions')}
            leftSection={<Icon name="person" />}
          />
          <SignOutLink />
        </nav>
      </Drawer>
      {session.installation.kind === 'training' && <TrainingBanner />}
      <ConnectionNotice />
      <Container component="main" id="isi" size="80rem" className={classes.main} tabIndex={-1}>
        {session.memberships.length === 0 ? (
          <EmptyPage
            icon="person"
            title={t('shell.noRole.title')}
            detail={t('shell.noRole.detail', { email: session.user.email })}
          />
        ) : (
          <Outlet />
        )}
      </Container>
    </>
  );
}

// Days left, days on a desk and who holds office are counted to today, on every page that is open.
function useNewDay(today: Day, onNewDay: () => void): void {
  const known = useRef(today);
  useEffect(() => {
    if (known.current !== today) onNewDay();
    known.current = today;
  });
}

type Place = {
  to: '/perjanjian' | '/kotak-keluar' | '/pengaturan';
  label: 'shell.pipeline' | 'shell.outbox' | 'shell.administration';
  icon: IconName;
};

function placesOf(session: Session): Place[] {
  const places: (Place & { open: boolean })[] = [
    {
      to: '/perjanjian',
      label: 'shell.pipeline',
      icon: 'document',
      open: allows(session, 'agreement.read'),
    },
    {
      to: '/kotak-keluar',
      label: 'shell.outbox',
      icon: 'mail',
      open: allows(session, 'mail.read'),
    },
    {
      to: '/pengaturan',
      label: 'shell.administration',
      icon: 'building',
      open: allows(session, 'office.write', 'user.write', 'holder.write', 'policy.write'),
    },
  ];
  return places.filter(({ open }) => open);
}

function AccountMenu({ session }: { session: Session }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton
          className={classes.account}
          aria-label={t('shell.account', { name: session.user.name })}
        >
          <Icon name="person" />
          <span className={classes.name}>{session.user.name}</span>
          <Icon name="chevronDown" size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.user.email}</Menu.Label>
        <Menu.Item
          leftSection={<Icon name="key" />}
          onClick={() => void navigate({ to: '/kata-sandi' })}
        >
          {t('shell.changePassword')}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="person" />}
          onClick={() => void navigate({ to: '/perangkat' })}
        >
          {t('shell.sessions')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="exit" />} onClick={leave}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function SignOutLink() {
  const { t } = useTranslation();
  return (
    <NavLink
      component="button"
      type="button"
      label={t('shell.signOut')}
      leftSection={<Icon name="exit" />}
      onClick={leave}
    />
  );
}

// Loaded afresh, so that nothing of this session stays in the tab.
function leave(): void {
  void signOut().finally(() => window.location.assign('/masuk'));
}

function ConnectionNotice() {
  const { t } = useTranslation();
  const connection = useConnection();
  return (
    <div role="status">
      {connection === 'lost' && (
        <Alert className={classes.lost} color="yellow" radius={0} icon={<Icon name="offline" />}>
          {t('shell.lost')}
        </Alert>
      )}
    </div>
  );
}
