/** The addresses of reminders and the calendar. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { AnyRoute } from '@tanstack/react-router';

/** The rules of reminders, a subject of the administration. */
export const calendarRoutes = <Administration extends AnyRoute>(administration: Administration) =>
  [
    createRoute({
      getParentRoute: () => administration,
      path: '/pengingat',
      component: lazyRouteComponent(() => import('./reminders-page.tsx'), 'RemindersPage'),
    }),
  ] as const;
