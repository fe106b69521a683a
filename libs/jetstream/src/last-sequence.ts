import type { StreamName } from '@postel/contracts';
import { requestOne } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';
import { brokerCodes, PublishError, publishErrorOf, type BrokerReply } from './publish-error.js';

interface StreamInfoReply extends BrokerReply {
  readonly state?: { readonly last_seq: number };
}

interface MessageReply extends BrokerReply {
  readonly message?: { readonly seq: number };
}

/** Of a stream: what comes after one position, up to another, and fits one of these. */
export interface Span {
  readonly after: number;
  readonly upTo: number;
  readonly filters: readonly string[];
  readonly timeoutMs: number;
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

/**
 * Whether the leader has any of these messages after that position: what was there may be purged, and what a replica does
 * not have it may not have yet.
 * @throws {PublishError} when the broker cannot say
 */
export async function hasMessageBetween(broker: Broker, stream: StreamName, span: Span): Promise<boolean> {
  return (await firstMessageBetween(broker, stream, span)) !== null;
}

/** As {@link hasMessageBetween}: the position of the first of them, `null` where there is none. */
export async function firstMessageBetween(
  broker: Broker,
  stream: StreamName,
  { after, upTo, filters, timeoutMs }: Span,
): Promise<number | null> {
  const firsts = filters.map(async (filter) => {
    const query = { seq: after + 1, next_by_subj: filter };
    const reply: MessageReply = await ask(broker, `STREAM.MSG.GET.${stream}`, query, timeoutMs);
    // a stream without a leader, too, is answered with a 404
    if (reply.error && reply.error.err_code !== brokerCodes.noMessageFound) throw publishErrorOf(reply.error);
    return reply.message?.seq ?? Infinity;
  });
  const first = Math.min(...(await Promise.all(firsts)));
  return first <= upTo ? first : null;
}

function ask(broker: Broker, what: string, query: object | null, timeoutMs: number): Promise<BrokerReply> {
  const payload = new TextEncoder().encode(query ? JSON.stringify(query) : '');
  return requestOne(broker, { subject: `$JS.API.${what}`, payload }, timeoutMs);
}
