/** Numbers for Prometheus. Labels are route patterns and statuses, never ids. */
import type { Request, RequestHandler } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export const registry = new Registry();
collectDefaultMetrics({ register: registry });

const requests = new Histogram({
  name: 'mapalus_http_request_seconds',
  help: 'How long requests took, by route and status.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers: [registry],
});

/** Measures every request that reaches a route. */
export function measureRequests(): RequestHandler {
  return (req, res, next) => {
    const stop = requests.startTimer();
    // Not 'finish': an event stream ends when its reader closes it, and counts as answered.
    res.once('close', () => {
      if (!res.headersSent) return;
      stop({ method: req.method, route: routeOf(req), status: String(res.statusCode) });
    });
    next();
  };
}

/**
 * The pattern of the route that a request came to, with a refusal as with a success. Never the address: ids would
 * tell who looked at what.
 */
export function routeOf(req: Request): string {
  const route = req.route as { path?: unknown } | undefined;
  return req.pattern ?? (typeof route?.path === 'string' ? route.path : 'none');
}
