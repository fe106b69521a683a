export {
  createClient,
  type ClientOptions,
  type NewEvent,
  type PostelClient,
  type PublishedBatch,
  type PublishedEvent,
} from './create-client.js';
export { allItems, everyItem, type Page, type PageQuery } from './every-item.js';
export {
  followLive,
  LiveLost,
  type FollowOptions,
  type FollowState,
  type LiveMessage,
} from './follow-live.js';
export { ProblemError, unwrap, type Problem } from './problem-error.js';
export type { components, operations, paths } from './schema.js';
