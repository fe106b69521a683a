export { handleOnce, type Once, type OnceOptions } from './handle-once/handle-once.js';
export type { Claim, IdempotencyStore } from './handle-once/idempotency-store.js';
export { MemoryIdempotencyStore } from './handle-once/memory-store.js';
export type { Answer } from './receive-webhook/answer.js';
export { Receiver, type ReceiverOptions, type WebhookHandler } from './receive-webhook/receiver.js';
export type { Webhook } from './receive-webhook/webhook.js';
export { EventRouter, type EventMap, type PayloadOf } from './route-event/event-router.js';
export {
  Verifier,
  type Headers,
  type RawRequest,
  type Scheme,
  type VerifierOptions,
} from './verify-request/verifier.js';
export { WebhookError, type WebhookErrorCode } from './webhook-error.js';
export { Inbox, type InboxOptions } from './work-later/inbox.js';
export type { InboxMessage, InboxStore, TakenMessage } from './work-later/inbox-store.js';
export { MemoryInboxStore } from './work-later/memory-inbox.js';
export type { OrderNotice } from './work-later/next-step.js';
