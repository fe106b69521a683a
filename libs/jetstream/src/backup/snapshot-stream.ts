import type { StreamConfig, StreamState } from '@nats-io/jetstream';
import { createInbox, type Msg, type Subscription } from '@nats-io/transport-node';
import type { StreamName } from '@postel/contracts';
import type { Broker } from '../connect-broker.js';

/** What the broker needs to know beside the bytes to make the stream again. */
export interface StreamOutline {
  readonly config: StreamConfig;
  readonly state: StreamState;
}

interface Reply {
  readonly error?: { readonly description: string };
  readonly deliver_subject?: string;
  readonly config?: StreamConfig;
  readonly state?: StreamState;
}

const chunkBytes = 128 * 1024;
/** A large stream is prepared before its first bytes come. */
const silenceMs = 120_000;

/**
 * A stream without its consumers, as the broker packs it (JetStream's `STREAM.SNAPSHOT`): opaque
 * bytes, made beside everything that goes on.
 * @param onChunk the broker waits for it, so that neither it nor we hold much
 * @throws when the broker ends it early, or falls silent
 */
export async function snapshotStream(
  broker: Broker,
  stream: StreamName,
  onChunk: (chunk: Uint8Array) => Promise<void>,
): Promise<StreamOutline> {
  const inbox = createInbox();
  const chunks = broker.nc.subscribe(inbox);
  try {
    const request = { deliver_subject: inbox, no_consumers: true, chunk_size: chunkBytes, jsck: false };
    const { config, state } = await ask(broker, `$JS.API.STREAM.SNAPSHOT.${stream}`, request);
    if (!config || !state) throw new Error(`the broker said nothing of ${stream}`);
    await readChunks(chunks, stream, onChunk);
    return { config, state };
  } finally {
    chunks.unsubscribe();
  }
}

async function readChunks(
  chunks: Subscription,
  stream: StreamName,
  onChunk: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  let silence = setTimeout(() => chunks.unsubscribe(), silenceMs);
  try {
    for await (const message of chunks) {
      clearTimeout(silence);
      if (message.data.length === 0) return refuseFailure(message, stream);
      await onChunk(message.data);
      message.respond();
      silence = setTimeout(() => chunks.unsubscribe(), silenceMs);
    }
  } finally {
    clearTimeout(silence);
  }
  throw new Error(`The broker fell silent in the middle of ${stream}`);
}

function refuseFailure({ headers }: Msg, stream: StreamName): void {
  const code = headers?.code ?? 0;
  if (code >= 400) throw new Error(`The broker ended the snapshot of ${stream}: ${headers?.description}`);
}

/**
 * Makes a stream of what {@link snapshotStream} gave; it must not be there.
 * @throws when the broker refuses it
 */
export async function restoreStream(
  broker: Broker,
  { config, state }: StreamOutline,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const name = config.name;
  const { deliver_subject: target } = await ask(broker, `$JS.API.STREAM.RESTORE.${name}`, { config, state });
  if (target === undefined) throw new Error(`The broker does not take ${name}`);
  for await (const chunk of chunks) {
    // an answer with bytes is the broker's last word
    const answer = await broker.nc.request(target, chunk, { timeout: silenceMs });
    if (answer.data.length > 0) refuseError(name, answer.json());
  }
  const last = await broker.nc.request(target, undefined, { timeout: silenceMs });
  refuseError(name, last.json());
}

async function ask(broker: Broker, subject: string, request: object): Promise<Reply> {
  const answer = await broker.nc.request(subject, JSON.stringify(request), { timeout: silenceMs });
  const reply: Reply = answer.json();
  refuseError(subject, reply);
  return reply;
}

function refuseError(what: string, { error }: Reply): void {
  if (error) throw new Error(`${what}: ${error.description}`);
}
