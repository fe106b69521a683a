export type { BrokerMeters } from './broker-meters.js';
export { componentLogger, createLogger, type Logger, type LoggerOptions, type LogLevels } from './logger.js';
export { Tally, type TallyOptions } from './tally.js';
export { traceFields, type TraceFields } from './trace-fields.js';
export { createMeters, type Meters } from './meters.js';
export { LastingTrouble } from './lasting-trouble.js';
export {
  failpointNames,
  failpoints,
  Failpoints,
  readFailpoints,
  type Failpoint,
  type FailpointAction,
  type FailpointEffects,
  type FailpointName,
  type ReadFailpoints,
} from './failpoints.js';
export { Upkeep, type UpkeepOptions } from './upkeep.js';
export { reportJob } from './report-job.js';
export { reportSetAside, type PassedOver } from './report-set-aside.js';
export { startTracing, type TracedProcess, type TracingSettings } from './tracing/start-tracing.js';
export {
  type SpanAttributes,
  type SpanEnd,
  type SpanStart,
  type Tracing,
  type WorkSpan,
} from './tracing/tracing.js';
