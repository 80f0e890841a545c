/** Numbers for Prometheus. Labels are route patterns and statuses, never ids. */
import type { RequestHandler } from 'express';
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
    // A stream is closed by whoever reads it, and has been answered all the same.
    res.once('close', () => {
      if (!res.headersSent) return;
      const route = req.route as { path?: unknown } | undefined;
      const pattern = typeof route?.path === 'string' ? req.baseUrl + route.path : 'none';
      stop({ method: req.method, route: pattern, status: String(res.statusCode) });
    });
    next();
  };
}
