/** The addresses of the outbox. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { AnyRoute } from '@tanstack/react-router';
import { wordsOf } from '../../ui/search-words.ts';

/** The outbox and a single mail, below the frame of people who are signed in. */
export const mailRoutes = <Frame extends AnyRoute>(frame: Frame) =>
  [
    createRoute({
      getParentRoute: () => frame,
      path: '/kotak-keluar',
      validateSearch: wordsOf('perjanjian', 'keadaan', 'macam', 'setelah'),
      component: lazyRouteComponent(() => import('./outbox-page.tsx'), 'OutboxPage'),
    }),
    createRoute({
      getParentRoute: () => frame,
      path: '/kotak-keluar/$id',
      component: lazyRouteComponent(() => import('./mail-page.tsx'), 'MailPage'),
    }),
  ] as const;
