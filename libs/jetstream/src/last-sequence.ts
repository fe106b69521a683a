import type { StreamName } from '@postel/contracts';
import { requestOne } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';
import { PublishError, publishErrorOf, type BrokerReply } from './publish-error.js';

interface StreamInfoReply extends BrokerReply {
  readonly state?: { readonly last_seq: number };
}

/**
 * The last position of a stream as its leader has it now, whether that message is still there or not. Unlike the
 * client's own request this one fails at once where there is no connection.
 * @throws {PublishError} when the broker cannot say
 */
export async function lastSequenceNow(
  broker: Broker,
  stream: StreamName,
  timeoutMs: number,
): Promise<number> {
  const request = { subject: `$JS.API.STREAM.INFO.${stream}`, payload: new Uint8Array() };
  const { error, state }: StreamInfoReply = await requestOne(broker, request, timeoutMs);
  if (error) throw publishErrorOf(error);
  if (!state) throw new PublishError('unavailable', `the broker said nothing of ${stream}`);
  return state.last_seq;
}
