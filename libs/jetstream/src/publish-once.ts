import { headers as natsHeadersOf } from '@nats-io/transport-node';
import { natsHeaders } from '@postel/contracts';
import { connectBroker, type BrokerOptions } from './connect-broker.js';

export interface PublishedOnce {
  readonly stream: string;
  readonly sequence: number;
  /** The broker had this message id already. */
  readonly duplicate: boolean;
}

export interface MessageOnce {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** With which the broker tells a repeated publish. */
  readonly messageId: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * One message over a connection of its own, for programs that publish now and then.
 * @throws {BrokerUnreachable}, and what the broker answers when it does not take it
 */
export async function publishOnce(broker: BrokerOptions, message: MessageOnce): Promise<PublishedOnce> {
  const connection = await connectBroker(broker);
  try {
    const headers = natsHeadersOf();
    for (const [name, value] of Object.entries(message.headers ?? {})) headers.set(name, value);
    headers.set(natsHeaders.messageId, message.messageId);
    const { stream, seq, duplicate } = await connection.js.publish(message.subject, message.payload, {
      headers,
    });
    return { stream, sequence: seq, duplicate };
  } finally {
    await connection.close();
  }
}
