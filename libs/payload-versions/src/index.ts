export { bodyForAttempt, type AttemptInBody } from './body-for-attempt.js';
export { convert } from './convert.js';
export {
  DeclaredVersions,
  type DeclaredConversion,
  type EventToConvert,
  type EventTypeHistory,
} from './declared-versions.js';
export { TransformRunner } from './transform-runner.js';
export type { TransformResult } from './transform-worker.js';
