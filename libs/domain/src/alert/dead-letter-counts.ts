import { createHash } from 'node:crypto';
import type { DeliveryDied } from '@postel/contracts';
import type { CountedDeath } from './alert-state.js';

/**
 * Whether a dead letter says something about its endpoint: one that died because somebody disabled or deleted it does not,
 * nor does a fault of ours.
 */
export function countsAgainstEndpoint({ reason }: DeliveryDied): boolean {
  switch (reason) {
    case 'exhausted':
    case 'non_retryable':
    case 'gone':
    case 'expired':
      return true;
    case 'endpoint_disabled':
    case 'endpoint_deleted':
    case 'event_erased':
    case 'poison':
    case 'invalid_event':
      return false;
  }
}

export function countedDeath({ deliveryId, hop, atMs, attempt }: DeliveryDied): CountedDeath {
  const key = createHash('sha256').update(`${deliveryId}:${hop}`).digest('base64url').slice(0, 8);
  return { atMs, key, attempted: attempt !== undefined };
}
