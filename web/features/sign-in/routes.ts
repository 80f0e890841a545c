/** The addresses of signing in. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { AnyRoute } from '@tanstack/react-router';

/** Signing in, below the frame of people who are not signed in. */
export const signInRoutes = <Frame extends AnyRoute>(frame: Frame) =>
  [
    createRoute({
      getParentRoute: () => frame,
      path: '/masuk',
      component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
    }),
  ] as const;

/** Where one is signed in, below the frame of people who are signed in. */
export const sessionPageRoutes = <Frame extends AnyRoute>(frame: Frame) =>
  [
    createRoute({
      getParentRoute: () => frame,
      path: '/perangkat',
      component: lazyRouteComponent(() => import('./sessions-page.tsx'), 'SessionsPage'),
    }),
  ] as const;

/** Changing one's password, below the frame of people who are signed in. */
export const passwordRoutes = <Frame extends AnyRoute>(frame: Frame) =>
  [
    createRoute({
      getParentRoute: () => frame,
      path: '/kata-sandi',
      component: lazyRouteComponent(() => import('./password-page.tsx'), 'PasswordPage'),
    }),
  ] as const;
