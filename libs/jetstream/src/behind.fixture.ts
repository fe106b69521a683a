import { setTimeout as delay } from 'node:timers/promises';
import type { Broker } from './connect-broker.js';

/**
 * The same broker, but who makes a consumer of EVENTS gets it where a replica is behind: it has of the stream what this
 * filter lets through, at least one message.
 */
export async function whereReplicaIsBehind(broker: Broker, has: string): Promise<Broker> {
  const name = 'BEHIND';
  await broker.jsm.streams.add({ name, mirror: { name: 'EVENTS', filter_subject: has } });
  while ((await broker.jsm.streams.info(name)).state.messages === 0) await delay(5);
  const { consumers: managed } = broker.jsm;
  const { consumers } = broker.js;
  const at = (stream: string) => (stream === 'EVENTS' ? name : stream);
  return {
    ...broker,
    jsm: Object.assign(Object.create(broker.jsm) as Broker['jsm'], {
      consumers: Object.assign(Object.create(managed) as typeof managed, {
        add: (stream: string, config: Parameters<typeof managed.add>[1]) => managed.add(at(stream), config),
        delete: (stream: string, consumer: string) => managed.delete(at(stream), consumer),
      }),
    }),
    js: Object.assign(Object.create(broker.js) as Broker['js'], {
      consumers: Object.assign(Object.create(consumers) as typeof consumers, {
        get: (stream: string, consumer: string) => consumers.get(at(stream), consumer),
      }),
    }),
  };
}
