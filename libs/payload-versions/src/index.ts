export { bodyForAttempt, type AttemptInBody } from './body-for-attempt.js';
export { convert } from './convert.js';
