/**
 * The application's shape: no route beside those of the contract, and none that nobody said who may use.
 */
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createApp, implementations } from '../../api/app.ts';
import { defineRoute } from '../../api/http/route.ts';
import type { ApiParts } from '../../api/parts.ts';
import { CONTRACT } from '../support/contract.ts';

const OPERATIONS = CONTRACT.map(({ operationId }) => operationId);

describe('the application', () => {
  // What the application looks at while it is put together.
  const $context = Promise.resolve({ authCookies: { sessionToken: { name: '' } }, secret: '' });
  const parts = {
    signIn: { handler: () => undefined, $context },
    announcements: { subscribe: () => () => undefined },
  } as unknown as ApiParts;
  const options = { log: pino({ level: 'silent' }), baseUrl: 'http://mapalus.test' };

  test('has no route beside those of the table, its sign-in, health and description', () => {
    const mounted = routesOf(createApp(parts, { ...options, pages: '/nowhere' }).router, '');

    const told = implementations(parts).flatMap(({ route }) => {
      const at = `/api/v1${route.path.replace(/\{(\w+)\}/g, ':$1')}`;
      return [`${route.method} ${at}`, `* ${at}`];
    });
    const beside = [
      'get /livez',
      'get /readyz',
      'get /metrics',
      'post /api/auth/sign-in/email',
      'post /api/auth/sign-out',
      'post /api/auth/change-password',
      'get /api/v1/openapi.json',
      'get /api/v1/events',
      'get /{*page}',
    ];
    expect(new Set(mounted)).toEqual(new Set([...told, ...beside]));
  });

  test('has nothing else mounted that could answer', () => {
    const { stack } = createApp(parts, { ...options, pages: '/nowhere' }).router;

    const plain = stack.filter(({ route, handle }) => !route && !('stack' in handle));
    const paths = plain.map((layer) => (layer as unknown as { rawPath: string }).rawPath);
    // Numbering, measuring, packing, headers, what is kept; then what is closed below a path; pages, errors.
    expect(paths).toEqual([
      ...['/', '/', '/', '/', '/api', '/api'],
      '/api/auth',
      ...['/api/v1', '/api/v1'],
      '/api',
      ...['/assets', '/assets', '/', '/', '/'],
    ]);
  });

  test('implements each route of the contract once', () => {
    const names = implementations(parts).map(({ route }) => route.operationId);

    expect(names.sort()).toEqual([...OPERATIONS].sort());
  });

  test('knows the access of every route, or does not compile', () => {
    // @ts-expect-error -- a route says who may use it
    const route = defineRoute({
      operationId: 'withoutAccess',
      method: 'get',
      path: '/without-access',
      summary: 'Nobody said who may use it.',
      answer: { status: 200 },
    });

    expect(route).not.toHaveProperty('access');
    expect(CONTRACT.filter(({ access }) => access === 'public')).toEqual([]);
    expect(CONTRACT.every(({ access }) => access === 'signed-in' || access.length > 0)).toBe(true);
  });
});

type ListedRoute = { path: string; methods?: string[]; router?: { listRoutes: unknown } };

function routesOf(router: object, below: string): string[] {
  const listed = (router as { listRoutes: () => ListedRoute[] }).listRoutes();
  return listed.flatMap(({ path, methods = [], router: inner }) => {
    const at = `${below}${path}`.replace(/\/$/, '');
    if (inner) return routesOf(inner, at === '/' ? '' : at);
    // Every GET answers HEAD as well.
    const own = methods.filter((method) => method.toLowerCase() !== 'head');
    return own.map((method) => `${method.toLowerCase()} ${at}`);
  });
}
