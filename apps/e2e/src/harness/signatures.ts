import type { ReceivedRequest } from '@postel/testing';
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/**
 * Both header families of a request, checked as a receiver does: the standard one by the npm package
 * `standardwebhooks`, the other by hand as the contract words it. None of our own signing code takes part.
 * @throws when a signature does not hold
 */
export function verifySignatures({ headers, rawBody }: ReceivedRequest, secret: string): void {
  const given = headers as Record<string, string>;
  new Webhook(secret).verify(rawBody, given);
  const timestamp = given['x-webhook-timestamp'] ?? '';
  const hex = createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest('hex');
  if (given['x-webhook-signature'] !== `v1=${hex}`) {
    throw new Error(`X-Webhook-Signature is ${given['x-webhook-signature']}, not v1=${hex}`);
  }
  if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > 300)
    throw new Error(`an old timestamp: ${timestamp}`);
}
