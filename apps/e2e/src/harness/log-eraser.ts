import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { waitUntil } from '@postel/testing';

/** Takes facts out of LOG, as a broker that loses what it acknowledged. */
export interface LogEraser {
  /** The newest message of one name, which must be about this. @throws when it is not */
  eraseLast(fact: string, about: string): Promise<void>;
  close(): Promise<void>;
}

export async function connectLogEraser(natsUrl: string): Promise<LogEraser> {
  const connection = await connect({ servers: natsUrl });
  const jsm = await jetstreamManager(connection);
  return {
    eraseLast: async (fact, about) => {
      const message = await waitUntil(
        async () => {
          const last = await jsm.streams.getMessage('LOG', { last_by_subj: `postel.log.default.${fact}` });
          return last?.string().includes(`"${about}"`) ? last : false;
        },
        { describe: `${fact} of ${about}` },
      );
      if (!message) throw new Error(`no ${fact} of ${about}`);
      await jsm.streams.deleteMessage('LOG', message.seq);
    },
    close: () => connection.close(),
  };
}
