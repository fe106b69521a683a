import type { ConsumerInfo } from '@nats-io/jetstream';
import type { StreamName } from '@postel/contracts';
import { requestOne } from './atomic-batch.js';
import type { Broker } from './connect-broker.js';
import { firstMessageBetween } from './last-sequence.js';
import { PublishError, publishErrorOf, type BrokerReply } from './publish-error.js';

interface ConsumersReply<Item> extends BrokerReply {
  readonly total?: number;
  readonly consumers?: readonly Item[] | null;
  /** Names of those whose leaders did not answer. */
  readonly missing?: readonly string[];
}

/** The broker waits four seconds for the leaders of consumers. */
const listMs = 10_000;
const answerMs = 5_000;
/** The broker's own names, of consumers that are no durables: they go with the server on which they are. */
const isEphemeral = (name: string) => /^[0-9A-Za-z]{8}$/.test(name);

/**
 * The durables of a stream. While one has no leader (its server was killed, and another is elected) the broker leaves it out
 * of the list and names it beside: taken for none, what it has still to do would be forgotten.
 * @throws {PublishError} when the broker cannot say, or one of them does not answer
 */
export async function durablesOf(broker: Broker, stream: StreamName): Promise<readonly ConsumerInfo[]> {
  const found = await listConsumers<ConsumerInfo>(broker, 'LIST', stream);
  return found.filter(({ config }) => config.durable_name !== undefined);
}

/**
 * The names of all consumers of a stream, whether they have a leader or not.
 * @throws {PublishError} when the broker cannot say
 */
export function consumerNames(broker: Broker, stream: StreamName): Promise<readonly string[]> {
  return listConsumers<string>(broker, 'NAMES', stream);
}

async function listConsumers<Item>(
  broker: Broker,
  what: 'LIST' | 'NAMES',
  stream: StreamName,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  for (let offset = 0, total = Infinity; offset < total;) {
    const payload = new TextEncoder().encode(JSON.stringify({ offset }));
    const message = { subject: `$JS.API.CONSUMER.${what}.${stream}`, payload };
    const reply: ConsumersReply<Item> = await requestOne(broker, message, listMs);
    if (reply.error) throw publishErrorOf(reply.error);
    const { missing = [] } = reply;
    const consumers = reply.consumers ?? []; // `null` where there are none
    const silent = missing.filter((name) => !isEphemeral(name));
    if (silent.length > 0)
      throw new PublishError('unavailable', `consumers of ${stream} do not answer: ${silent.join(', ')}`);
    found.push(...consumers);
    const listed = consumers.length + missing.length;
    offset += listed;
    total = listed === 0 ? 0 : (reply.total ?? 0);
  }
  return found;
}

/**
 * Up to where a durable has acknowledged all that its stream has for it; `Infinity` where nothing is left. That nothing is
 * left it may say as well because its replica is behind, so the leader of the stream is asked.
 * @throws {PublishError} when the broker cannot say
 */
export async function consumedUpTo(broker: Broker, info: ConsumerInfo): Promise<number> {
  const { ack_floor, config, delivered, num_ack_pending, num_pending, stream_name: stream } = info;
  if (num_ack_pending + num_pending > 0) return ack_floor.stream_seq;
  const left = await firstMessageBetween(broker, stream as StreamName, {
    after: delivered.stream_seq,
    upTo: Infinity,
    filters: config.filter_subjects ?? [config.filter_subject ?? '>'],
    timeoutMs: answerMs,
  });
  return left === null ? Infinity : left - 1;
}
