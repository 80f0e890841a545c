/**
 * Temporal's runtime of a test process, of which there is one. It says nothing but errors: servers that
 * go away on purpose are warned of at length. `TEST_LOG` makes it talk.
 */
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

const level = process.env['TEST_LOG'] === undefined ? 'ERROR' : 'WARN';

Runtime.install({
  logger: new DefaultLogger(level),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: level }) } },
  shutdownSignals: [],
});
