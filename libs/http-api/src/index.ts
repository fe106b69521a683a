export { apiServerOptions, prepareApi, type PrepareOptions } from './create-api.js';
export {
  guardEverything,
  principalOf,
  type Authentication,
  type Directory,
  type Principal,
} from './authenticate.js';
export { hashApiKey, makeApiKey, type MadeApiKey } from './credentials/api-keys.js';
export { deriveCredentialKeys, type CredentialKeys } from './credentials/credential-keys.js';
export { PortalTokens, type PortalToken, type TenantSpan } from './credentials/portal-tokens.js';
export { limitAnswers } from './limit-requests/limit-answers.js';
export type { RequestLimitOptions } from './limit-requests/request-limits.js';
export { codeOfFault, problemFor, sendProblem, type CodeOfError } from './answer-problem.js';
export { ProblemFilter } from './problem-filter.js';
export { readinessOf, registerHealth, type HealthCheck, type PartState, type Readiness } from './health.js';
export { type LogRequestsOptions } from './log-requests.js';
export { networkOf } from './limit-requests/request-limits.js';
export { TokenBuckets } from './limit-requests/token-buckets.js';
export { traceRequests, traceparentFrom } from './trace-requests.js';
export { RefusalError, refuse } from './refusal-error.js';
export { ConsoleMissing } from './serve-console/console-missing.js';
export { registerServeConsole, type ConsoleOptions } from './serve-console/serve-console.js';
export { validBody, validQuery } from './validate.js';
