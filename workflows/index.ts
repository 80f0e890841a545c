/** The workflow types a worker offers. Every function exported here becomes one. */
export { advanceClock } from './advance-clock.ts';
export { agreementLifecycle } from './agreement-lifecycle.ts';
export { replan } from './replan.ts';
