import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** A plain NATS client, as a producer's: it knows nothing of Postel. */
export interface BrokerClient {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  close(): Promise<void>;
}

export async function connectToBroker(url: string): Promise<BrokerClient> {
  const connection = await connect({ servers: [url], name: 'postel-bench' });
  return {
    js: jetstream(connection, { timeout: 10_000 }),
    jsm: await jetstreamManager(connection),
    close: () => connection.close(),
  };
}
