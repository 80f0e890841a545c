/** The administration: its subjects side by side, as far as one's roles reach. */
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { call } from '../../connection/call.ts';
import { allows, useSession } from '../../connection/session.ts';
import type { Session } from '../../connection/session.ts';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import classes from './administration-page.module.css';

const SUBJECTS = [
  {
    to: '/pengaturan/wilayah',
    label: 'administration.setUp',
    open: (session: Session) => isOperator(session),
  },
  {
    to: '/pengaturan/kantor',
    label: 'administration.offices',
    open: (session: Session) => allows(session, 'office.write'),
  },
  {
    to: '/pengaturan/pejabat',
    label: 'administration.holders',
    open: (session: Session) => allows(session, 'holder.write'),
  },
  {
    to: '/pengaturan/akun',
    label: 'administration.accounts',
    open: (session: Session) => allows(session, 'user.write'),
  },
  {
    to: '/pengaturan/keamanan',
    label: 'administration.security',
    open: (session: Session) => allows(session, 'user.write'),
  },
  {
    to: '/pengaturan/pengingat',
    label: 'administration.reminders',
    open: (session: Session) => allows(session, 'policy.write'),
  },
] as const;

export function AdministrationPage() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <div className={classes.administration}>
      <nav aria-label={t('shell.administration')} className={classes.subjects}>
        {SUBJECTS.filter(({ open }) => open(session)).map(({ to, label }) => (
          <Link key={to} to={to} className={classes.subject}>
            {t(label)}
          </Link>
        ))}
      </nav>
      <div className={classes.content}>
        <Outlet />
      </div>
    </div>
  );
}

/** Where the administration begins: with the set-up while nothing is there yet. */
export function FirstSubject() {
  const session = useSession();
  const governments = useQuery({
    queryKey: ['offices', 'any-government'],
    queryFn: ({ signal }) =>
      call('get /offices', { query: { kind: 'government', limit: 1 }, signal }),
  });
  const first = SUBJECTS.find(({ to, open }) => to !== '/pengaturan/wilayah' && open(session));
  return (
    <QueryBoundary query={governments}>
      {({ items }) => (
        <Navigate
          to={
            items.length === 0 && isOperator(session)
              ? '/pengaturan/wilayah'
              : (first?.to ?? '/perjanjian')
          }
          replace
        />
      )}
    </QueryBoundary>
  );
}

// Administrators of the operator's own office reach every office; only they add new roots.
function isOperator({ memberships }: Session): boolean {
  return memberships.some(
    ({ role, office }) => role === 'administrator' && office.kind === 'operator',
  );
}
