import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRepositoryFile } from '../repository.js';
import { askBroker, startShippedBroker, type ShippedBroker } from './shipped-broker.js';

interface AccountInfo {
  readonly limits: { readonly max_storage: number };
}

interface JetStreamReport {
  readonly config: { readonly max_storage: number };
  readonly account_details?: readonly {
    readonly name: string;
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly consumer_detail?: readonly { readonly name: string; readonly num_pending: number }[];
    }[];
  }[];
}

/** The one that KEDA's triggers ask about. */
const [, scaledAccount = ''] =
  /^ +account: (\S+)$/m.exec(readRepositoryFile('deploy/kubernetes/components/keda/scaled-objects.yaml')) ??
  [];

// alerts and dashboards about storage go by what a client is told: the limit of its account, not that of the server
describe.each(['deploy/nats/nats-server.conf', 'deploy/kubernetes/components/nats-single/nats.conf'])(
  'a broker by %s',
  (path) => {
    let broker: ShippedBroker;
    beforeAll(async () => {
      broker = await startShippedBroker(path);
    }, 60_000);
    afterAll(() => broker?.stop());

    const report = async (query: string): Promise<JetStreamReport> => {
      const answer = await fetch(`http://127.0.0.1:${broker.monitorPort}/jsz?${query}`);
      return (await answer.json()) as JetStreamReport;
    };

    it('tells whoever comes without credentials of a limit, a little below its own', async () => {
      const { limits } = (await askBroker(broker.clientPort, '$JS.API.INFO')) as AccountInfo;
      const { config } = await report('');
      expect(limits.max_storage).toBeGreaterThan(0.8 * config.max_storage);
      expect(limits.max_storage).toBeLessThan(config.max_storage);
    });

    it('tells KEDA what waits, by the account of its triggers', async () => {
      const ask = (subject: string, request: object) =>
        askBroker(broker.clientPort, subject, JSON.stringify(request));
      await ask('$JS.API.STREAM.CREATE.EVENTS', { name: 'EVENTS', subjects: ['order.>'] });
      await ask('$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.dispatcher', {
        stream_name: 'EVENTS',
        config: { durable_name: 'dispatcher', ack_policy: 'explicit' },
      });
      await ask('order.created', {});
      const { account_details } = await report(`acc=${scaledAccount}&consumers=true&config=true`);
      expect(account_details).toMatchObject([
        {
          name: scaledAccount,
          stream_detail: [{ name: 'EVENTS', consumer_detail: [{ name: 'dispatcher', num_pending: 1 }] }],
        },
      ]);
    });
  },
);
