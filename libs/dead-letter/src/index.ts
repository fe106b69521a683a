export { DeadLetterModule } from './dead-letter.module.js';
export type { DeadLetterParts } from './parts.js';
export { WatchEndpoints } from './watch-endpoints/watch-endpoints.js';
export { StoreDeadLetter } from './store-dead-letter/store-dead-letter.js';
export { runRedrives } from './redrive/run-redrives.js';
