import { jetstream, type PubAck } from '@nats-io/jetstream';
import { connect, headers as newHeaders, type TlsOptions } from '@nats-io/transport-node';

/** A producer that knows NATS and nothing of Postel. */
export interface NatsProducer {
  publish(
    subject: string,
    payload: string | Uint8Array,
    headers?: Readonly<Record<string, string>>,
  ): Promise<PubAck>;
  close(): Promise<void>;
}

export async function connectProducer(
  url: string | string[],
  tls: TlsOptions | null = null,
): Promise<NatsProducer> {
  // refused credentials are not tried again
  const connection = await connect({
    servers: url,
    tls,
    maxReconnectAttempts: tls === null ? -1 : 10,
    reconnectTimeWait: 100,
  });
  const js = jetstream(connection, { timeout: 3_000 });
  return {
    publish: (subject, payload, headers = {}) => {
      const hdrs = newHeaders();
      for (const [name, value] of Object.entries(headers)) hdrs.set(name, value);
      return js.publish(subject, payload, { headers: hdrs });
    },
    close: () => connection.close(),
  };
}
