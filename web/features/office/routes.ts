/** The addresses of the administration, and of its subjects that are about offices and people. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { AnyRoute } from '@tanstack/react-router';
import { wordsOf } from '../../ui/search-words.ts';

/** The administration; every context's subjects stand below it. */
export const administrationRoute = <Frame extends AnyRoute>(frame: Frame) =>
  createRoute({
    getParentRoute: () => frame,
    path: '/pengaturan',
    component: lazyRouteComponent(() => import('./administration-page.tsx'), 'AdministrationPage'),
  });

/** Where the administration begins, setting up a region, offices, their holders and accounts. */
export const officeRoutes = <Administration extends AnyRoute>(administration: Administration) =>
  [
    createRoute({
      getParentRoute: () => administration,
      path: '/',
      component: lazyRouteComponent(() => import('./administration-page.tsx'), 'FirstSubject'),
    }),
    createRoute({
      getParentRoute: () => administration,
      path: '/wilayah',
      component: lazyRouteComponent(() => import('./set-up/set-up-page.tsx'), 'SetUpPage'),
    }),
    createRoute({
      getParentRoute: () => administration,
      path: '/kantor',
      validateSearch: wordsOf('cari', 'setelah'),
      component: lazyRouteComponent(() => import('./offices-page.tsx'), 'OfficesPage'),
    }),
    createRoute({
      getParentRoute: () => administration,
      path: '/pejabat',
      validateSearch: wordsOf('kantor'),
      component: lazyRouteComponent(() => import('./holders-page.tsx'), 'HoldersPage'),
    }),
    createRoute({
      getParentRoute: () => administration,
      path: '/akun',
      validateSearch: wordsOf('cari', 'setelah'),
      component: lazyRouteComponent(() => import('./accounts-page.tsx'), 'AccountsPage'),
    }),
    createRoute({
      getParentRoute: () => administration,
      path: '/keamanan',
      validateSearch: wordsOf('setelah'),
      component: lazyRouteComponent(() => import('./security-page.tsx'), 'SecurityPage'),
    }),
  ] as const;
