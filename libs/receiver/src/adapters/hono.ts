import type { Receiver } from '../receive-webhook/receiver.js';
import { fetchWebhook } from './fetch.js';

/** A handler for one route: `app.post('/webhooks', honoWebhook(receiver))`. */
export function honoWebhook(
  receiver: Receiver,
): (context: { readonly req: { readonly raw: Request } }) => Promise<Response> {
  const handle = fetchWebhook(receiver);
  return ({ req }) => handle(req.raw);
}
