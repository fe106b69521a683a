import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { DemoFault, reasonOf } from '../demo-fault.js';
import type { OutgoingEvent } from './outgoing-event.js';
import type { Try } from './send-until-accepted.js';

export interface NatsDoor {
  readonly send: (event: OutgoingEvent) => Promise<Try>;
  close(): Promise<void>;
}

/** A plain NATS client; nothing here is Postel's. @throws {DemoFault} when there is no server */
export async function openNatsDoor(url: string): Promise<NatsDoor> {
  let connection: NatsConnection;
  try {
    connection = await connect({
      servers: url.split(','),
      name: 'a shop',
      maxReconnectAttempts: -1,
      reconnectTimeWait: 200,
    });
  } catch (error) {
    throw new DemoFault(
      `NATS at ${url} cannot be reached (${reasonOf(error)}): set NATS_URL or POSTEL_NATS_PORT.`,
    );
  }
  const js = jetstream(connection, { timeout: 4_000 });
  return {
    send: async ({ id, type, body }) => {
      try {
        await js.publish(type, body, { msgID: id });
        return { kind: 'accepted' };
      } catch (error) {
        return { kind: 'again', reason: reasonOf(error) };
      }
    },
    // not drained: while the server is away that would wait for it
    close: () => connection.close(),
  };
}
