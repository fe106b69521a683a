import { jetstreamManager } from '@nats-io/jetstream';
import { connect, nanos, type TlsOptions } from '@nats-io/transport-node';
import type { StreamName } from '@postel/contracts';

/** Makes a stream full as it is, and gives it room again. */
export interface StreamLimits {
  fill(stream: StreamName): Promise<void>;
  free(stream: StreamName): Promise<void>;
  close(): Promise<void>;
}

export async function connectStreamLimits(natsUrl: string): Promise<StreamLimits> {
  const connection = await connect({ servers: natsUrl });
  const jsm = await jetstreamManager(connection);
  const update = async (stream: StreamName, maxBytes: number): Promise<void> => {
    const { config } = await jsm.streams.info(stream);
    await jsm.streams.update(stream, { ...config, max_bytes: maxBytes });
  };
  return {
    fill: async (stream) => {
      const { state } = await jsm.streams.info(stream);
      await update(stream, Math.max(1, state.bytes));
    },
    free: (stream) => update(stream, -1),
    close: () => connection.close(),
  };
}

/** EVENTS may grow so far, as an operator sets it. */
export async function limitEvents(
  natsUrl: string,
  maxBytes: number,
  tls: TlsOptions | null = null,
): Promise<void> {
  const connection = await connect({ servers: natsUrl, tls });
  const jsm = await jetstreamManager(connection);
  const { config } = await jsm.streams.info('EVENTS');
  await jsm.streams.update('EVENTS', { ...config, max_bytes: maxBytes });
  await connection.close();
}

/** So short that a broker which starts anew remembers no message id of before. */
export async function shortenDuplicateWindow(natsUrl: string): Promise<void> {
  const connection = await connect({ servers: natsUrl });
  const jsm = await jetstreamManager(connection);
  const { config } = await jsm.streams.info('EVENTS');
  await jsm.streams.update('EVENTS', { ...config, duplicate_window: nanos(100) });
  await connection.close();
}
