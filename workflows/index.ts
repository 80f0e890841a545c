/** The workflow types a worker offers. Every function exported here becomes one. */
export { advanceClock } from './clock/advance-clock.ts';
export { agreementLifecycle } from './agreement/lifecycle.ts';
export { replan } from './calendar/replan.ts';
