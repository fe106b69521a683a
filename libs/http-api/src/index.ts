export { apiServerOptions, prepareApi } from './create-api.js';
export { guardEverything, principalOf, type Authentication, type Principal } from './authenticate.js';
export { problemFor, sendProblem, type CodeOfError } from './answer-problem.js';
export { ProblemFilter } from './problem-filter.js';
export { readinessOf, registerHealth, type HealthCheck, type Readiness } from './health.js';
export { RefusalError, refuse } from './refusal-error.js';
export { validBody, validQuery } from './validate.js';
