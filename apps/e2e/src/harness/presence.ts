import { connect } from '@nats-io/transport-node';
import { delivererPresenceSubject } from '@postel/contracts';

interface Said {
  readonly id: string;
  readonly owned: readonly number[];
}

/** What the deliverers say of themselves: which partitions each of them owns. */
export interface PresenceWatch {
  /** By the id of the process; without those that said nothing lately. */
  owned(): ReadonlyMap<string, readonly number[]>;
  close(): Promise<void>;
}

/** They speak every second. */
const silentAfterMs = 3_000;

export async function watchPresence(natsUrl: string): Promise<PresenceWatch> {
  const connection = await connect({ servers: natsUrl, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
  const said = new Map<string, { readonly owned: readonly number[]; readonly atMs: number }>();
  connection.subscribe(delivererPresenceSubject, {
    callback: (error, message) => {
      if (error) return;
      const { id, owned } = message.json<Said>();
      said.set(id, { owned, atMs: Date.now() });
    },
  });
  return {
    owned: () =>
      new Map(
        [...said]
          .filter(([, { atMs }]) => Date.now() - atMs < silentAfterMs)
          .map(([id, { owned }]) => [id, owned]),
      ),
    close: () => connection.close(),
  };
}
