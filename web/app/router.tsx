/** Every page by its address. What is behind an address is loaded when somebody goes there. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { allows, sessionQuery } from '../connection/session.ts';
import type { Session } from '../connection/session.ts';
import { ErrorPage } from './error-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { parseSearch, writeSearch } from './search.ts';
import { Shell } from './shell.tsx';

type Context = { client: QueryClient };

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: ErrorPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/masuk',
  validateSearch: ({ kembali }: Record<string, unknown>): { kembali?: string } =>
    isOwnPath(kembali) ? { kembali } : {},
  beforeLoad: async ({ context, search }) => {
    const session = await context.client.query({ ...sessionQuery, staleTime: 'static' });
    if (session) redirect({ to: search.kembali ?? '/', throw: true });
  },
  component: lazyRouteComponent(() => import('../features/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const known = createRoute({
  getParentRoute: () => root,
  id: 'known',
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.query({ ...sessionQuery, staleTime: 'static' });
    if (session) return { session };
    const kembali = location.pathname === '/' ? undefined : location.href;
    // It throws; its type does not say so.
    return redirect({
      to: '/masuk',
      search: { ...(kembali && { kembali }) },
      throw: true,
    }) as never;
  },
  component: Outlet,
});

const password = createRoute({
  getParentRoute: () => known,
  path: '/kata-sandi',
  component: lazyRouteComponent(
    () => import('../features/sign-in/password-page.tsx'),
    'PasswordPage',
  ),
});

const shell = createRoute({
  getParentRoute: () => known,
  id: 'shell',
  beforeLoad: ({ context }) => {
    if (context.session.mustChangePassword) redirect({ to: '/kata-sandi', throw: true });
  },
  component: Shell,
});

const start = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: ({ context }) => {
    redirect({ to: firstPlace(context.session), throw: true });
  },
});

const pipeline = createRoute({
  getParentRoute: () => shell,
  path: '/perjanjian',
  validateSearch: searchOf(
    'cari',
    'tahap',
    'jenis',
    'giliran',
    'berakhir',
    'wilayah',
    'urut',
    'setelah',
  ),
  component: lazyRouteComponent(
    () => import('../features/agreement/pipeline/pipeline-page.tsx'),
    'PipelinePage',
  ),
});

const proposal = createRoute({
  getParentRoute: () => shell,
  path: '/perjanjian/baru',
  component: lazyRouteComponent(
    () => import('../features/agreement/proposal/proposal-page.tsx'),
    'ProposalPage',
  ),
});

const agreement = createRoute({
  getParentRoute: () => shell,
  path: '/perjanjian/$id',
  component: lazyRouteComponent(
    () => import('../features/agreement/agreement-page.tsx'),
    'AgreementPage',
  ),
});

const outbox = createRoute({
  getParentRoute: () => shell,
  path: '/kotak-keluar',
  validateSearch: searchOf('perjanjian', 'keadaan', 'macam', 'setelah'),
  component: lazyRouteComponent(() => import('../features/mail/outbox-page.tsx'), 'OutboxPage'),
});

const mail = createRoute({
  getParentRoute: () => shell,
  path: '/kotak-keluar/$id',
  component: lazyRouteComponent(() => import('../features/mail/mail-page.tsx'), 'MailPage'),
});

const administration = createRoute({
  getParentRoute: () => shell,
  path: '/pengaturan',
  component: lazyRouteComponent(
    () => import('../features/office/administration-page.tsx'),
    'AdministrationPage',
  ),
});

const administrationStart = createRoute({
  getParentRoute: () => administration,
  path: '/',
  component: lazyRouteComponent(
    () => import('../features/office/administration-page.tsx'),
    'FirstSubject',
  ),
});

const setUp = createRoute({
  getParentRoute: () => administration,
  path: '/wilayah',
  component: lazyRouteComponent(
    () => import('../features/office/set-up/set-up-page.tsx'),
    'SetUpPage',
  ),
});

const offices = createRoute({
  getParentRoute: () => administration,
  path: '/kantor',
  validateSearch: searchOf('cari', 'setelah'),
  component: lazyRouteComponent(() => import('../features/office/offices-page.tsx'), 'OfficesPage'),
});

const holders = createRoute({
  getParentRoute: () => administration,
  path: '/pejabat',
  validateSearch: searchOf('kantor'),
  component: lazyRouteComponent(() => import('../features/office/holders-page.tsx'), 'HoldersPage'),
});

const accounts = createRoute({
  getParentRoute: () => administration,
  path: '/akun',
  validateSearch: searchOf('cari', 'setelah'),
  component: lazyRouteComponent(
    () => import('../features/office/accounts-page.tsx'),
    'AccountsPage',
  ),
});

const reminders = createRoute({
  getParentRoute: () => administration,
  path: '/pengingat',
  component: lazyRouteComponent(
    () => import('../features/calendar/reminders-page.tsx'),
    'RemindersPage',
  ),
});

const routeTree = root.addChildren([
  signIn,
  known.addChildren([
    password,
    shell.addChildren([
      start,
      pipeline,
      proposal,
      agreement,
      outbox,
      mail,
      administration.addChildren([
        administrationStart,
        setUp,
        offices,
        holders,
        accounts,
        reminders,
      ]),
    ]),
  ]),
]);

/** The router over what the pages have read. */
export function createPages(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    parseSearch,
    stringifySearch: writeSearch,
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}

function firstPlace(session: Session): '/perjanjian' | '/pengaturan' {
  const mayOnlyAdminister =
    !allows(session, 'agreement.read') && allows(session, 'office.write', 'user.write');
  return mayOnlyAdminister ? '/pengaturan' : '/perjanjian';
}

// Somebody could send a link that leads elsewhere after signing in.
function isOwnPath(path: unknown): path is string {
  return typeof path === 'string' && /^\/(?![/\\])/.test(path);
}

function searchOf<Name extends string>(...names: Name[]) {
  return (given: Record<string, unknown>): { [Each in Name]?: string } =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = given[name];
        return typeof value === 'string' && value !== '' ? [[name, value]] : [];
      }),
    ) as { [Each in Name]?: string };
}
