export {
  createClient,
  type ClientOptions,
  type NewEvent,
  type PostelClient,
  type PublishedBatch,
  type PublishedEvent,
} from './create-client.js';
export { everyItem, type Page } from './every-item.js';
export { ProblemError, unwrap, type Problem } from './problem-error.js';
export type { components, operations, paths } from './schema.js';
