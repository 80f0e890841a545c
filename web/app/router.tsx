/**
 * Every page by its address, joined from the features. What is behind an address is loaded when
 * somebody goes there.
 */
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
import { agreementRoutes } from '../features/agreement/routes.ts';
import { calendarRoutes } from '../features/calendar/routes.ts';
import { mailRoutes } from '../features/mail/routes.ts';
import { administrationRoute, officeRoutes } from '../features/office/routes.ts';
import { passwordRoutes, sessionPageRoutes, signInRoutes } from '../features/sign-in/routes.ts';
import { ErrorPage } from './error-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { parseSearch, writeSearch } from './search.ts';

type Context = { client: QueryClient };

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: ErrorPage,
});

const stranger = createRoute({
  getParentRoute: () => root,
  id: 'stranger',
  validateSearch: ({ kembali }: Record<string, unknown>): { kembali?: string } =>
    isOwnPath(kembali) ? { kembali } : {},
  beforeLoad: async ({ context, search }) => {
    const session = await context.client.query({ ...sessionQuery, staleTime: 'static' });
    if (session) redirect({ to: search.kembali ?? '/', throw: true });
  },
  component: Outlet,
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

const shell = createRoute({
  getParentRoute: () => known,
  id: 'shell',
  beforeLoad: ({ context }) => {
    if (context.session.mustChangePassword) redirect({ to: '/kata-sandi', throw: true });
  },
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
});

const start = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: ({ context }) => {
    redirect({ to: firstPlace(context.session), throw: true });
  },
});

const administration = administrationRoute(shell);

const routeTree = root.addChildren([
  stranger.addChildren([...signInRoutes(stranger)]),
  known.addChildren([
    ...passwordRoutes(known),
    shell.addChildren([
      start,
      ...agreementRoutes(shell),
      ...mailRoutes(shell),
      ...sessionPageRoutes(shell),
      administration.addChildren([
        ...officeRoutes(administration),
        ...calendarRoutes(administration),
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
