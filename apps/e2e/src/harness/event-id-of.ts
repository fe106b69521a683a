import type { ReceivedRequest } from '@postel/testing';

/** Which event a request brings, as a receiver tells repetitions by it. */
export function eventIdOf({ headers }: ReceivedRequest): string {
  const id = headers['webhook-id'];
  return typeof id === 'string' ? id : '';
}
