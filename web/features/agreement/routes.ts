/** The addresses of agreements. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { AnyRoute } from '@tanstack/react-router';
import { wordsOf } from '../../ui/search-words.ts';

/** List, new agreement and single agreement, below the frame of people who are signed in. */
export const agreementRoutes = <Frame extends AnyRoute>(frame: Frame) =>
  [
    createRoute({
      getParentRoute: () => frame,
      path: '/perjanjian',
      validateSearch: wordsOf(
        'cari',
        'tahap',
        'jenis',
        'giliran',
        'berakhir',
        'wilayah',
        'urut',
        'setelah',
      ),
      component: lazyRouteComponent(() => import('./pipeline/pipeline-page.tsx'), 'PipelinePage'),
    }),
    createRoute({
      getParentRoute: () => frame,
      path: '/perjanjian/baru',
      component: lazyRouteComponent(() => import('./proposal/proposal-page.tsx'), 'ProposalPage'),
    }),
    createRoute({
      getParentRoute: () => frame,
      path: '/perjanjian/$id',
      component: lazyRouteComponent(() => import('./agreement-page.tsx'), 'AgreementPage'),
    }),
  ] as const;
