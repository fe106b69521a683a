import type { StreamName } from '@postel/contracts';
import { requestOne } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';
import { brokerCodes, PublishError, publishErrorOf, type BrokerReply } from './publish-error.js';

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
  const { error, state }: StreamInfoReply = await ask(broker, `STREAM.INFO.${stream}`, null, timeoutMs);
  if (error) throw publishErrorOf(error);
  if (!state) throw new PublishError('unavailable', `the broker said nothing of ${stream}`);
  return state.last_seq;
}

/** Whether the leader has any of these after that position: what was there may be purged. @throws {PublishError} */
export async function hasMessageAfter(
  broker: Broker,
  stream: StreamName,
  { seq, filter, timeoutMs }: { readonly seq: number; readonly filter: string; readonly timeoutMs: number },
): Promise<boolean> {
  const query = { seq: seq + 1, next_by_subj: filter };
  const { error } = await ask(broker, `STREAM.MSG.GET.${stream}`, query, timeoutMs);
  // a stream without a leader, too, is answered with a 404
  if (error && error.err_code !== brokerCodes.noMessageFound) throw publishErrorOf(error);
  return !error;
}

function ask(broker: Broker, what: string, query: object | null, timeoutMs: number): Promise<BrokerReply> {
  const payload = new TextEncoder().encode(query ? JSON.stringify(query) : '');
  return requestOne(broker, { subject: `$JS.API.${what}`, payload }, timeoutMs);
}
