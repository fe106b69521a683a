import { jetstream } from '@nats-io/jetstream';
import { connect, headers as newHeaders } from '@nats-io/transport-node';
import { eventIdOf, eventKinds, objectOf, type EventName } from './event-kinds.js';

/** What came of one try. `unanswered`: it may or may not be stored. */
export type Answer =
  | { readonly kind: 'acknowledged' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly retryAfter: string | null;
    }
  | { readonly kind: 'unanswered' };

export type Publish = (event: EventName) => Promise<Answer>;

export interface NatsDoor {
  readonly publish: Publish;
  close(): Promise<void>;
}

const answerTimeoutMs = 5_000;

export function httpDoor({ url, token }: { readonly url: string; readonly token: string }): Publish {
  return async (event) => {
    const { kind, orderingKey } = event;
    const id = eventIdOf(event);
    try {
      const response = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          id,
          type: eventKinds[kind].type,
          data: { object: objectOf(id) },
          orderingKey,
        }),
        signal: AbortSignal.timeout(answerTimeoutMs),
      });
      const body: unknown = await response.json().catch(() => null);
      if (response.status === 202) return { kind: 'acknowledged' };
      const { code = 'none' } = (body ?? {}) as { code?: string };
      return {
        kind: 'refused',
        status: response.status,
        code,
        retryAfter: response.headers.get('retry-after'),
      };
    } catch {
      return { kind: 'unanswered' };
    }
  };
}

/** A client that knows nothing of Postel. */
export async function natsDoor(servers: readonly string[]): Promise<NatsDoor> {
  const connection = await connect({
    servers: [...servers],
    name: 'chaos-producer',
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  });
  const js = jetstream(connection, { timeout: 3_000 });
  return {
    publish: async (event) => {
      const { kind, orderingKey } = event;
      const id = eventIdOf(event);
      const hdrs = newHeaders();
      hdrs.set('Nats-Msg-Id', id);
      if (orderingKey !== undefined) hdrs.set('Postel-Ordering-Key', orderingKey);
      const payload = kind === 'invalid' ? `{"id":"${id}",` : JSON.stringify(objectOf(id));
      try {
        await js.publish(eventKinds[kind].type, payload, { headers: hdrs });
        return { kind: 'acknowledged' };
      } catch {
        return { kind: 'unanswered' };
      }
    },
    close: () => connection.close(),
  };
}
