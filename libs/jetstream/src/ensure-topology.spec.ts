import { describe, expect, it } from '@jest/globals';
import { BrokerUnreachable, type Broker } from './connect-broker.js';
import { ensureTopology } from './ensure-topology.js';

/** A JetStream that is asked for streams and, so often, has no leader who could answer. */
function brokerOf(options: { silentFor: number; error?: Error }) {
  const timeout = Object.assign(new Error('timeout'), { name: 'TimeoutError' });
  const made: string[] = [];
  let asked = 0;
  const info = () => {
    asked += 1;
    return Promise.reject(
      asked <= options.silentFor ? (options.error ?? timeout) : new Error('stream not found'),
    );
  };
  const add = (config: { name: string; num_replicas: number }) => {
    made.push(config.name);
    return Promise.resolve({ config });
  };
  const broker = { jsm: { streams: { info, add } } } as unknown as Broker;
  return { broker, made, asked: () => asked };
}

describe('the streams at a start', () => {
  it('are made once a cluster that has just come up has a leader', async () => {
    const { broker, made } = brokerOf({ silentFor: 2 });
    await ensureTopology(broker, { replicas: 3 });
    expect(made).toEqual(expect.arrayContaining(['EVENTS', 'DELIVERIES', 'LOG', 'CONFIG']));
    expect(new Set(made).size).toBe(made.length);
  });

  it('are given up in one line where none comes in time', async () => {
    const { broker, made } = brokerOf({ silentFor: Infinity });
    const failed: unknown = await ensureTopology(broker, { replicas: 3, patienceMs: 300 }).catch(
      (e: unknown) => e,
    );
    expect(failed).toBeInstanceOf(BrokerUnreachable);
    expect((failed as Error).message).toMatch(/^NATS answers, but its JetStream does not .*timeout/);
    expect((failed as Error).message).not.toContain('\n');
    expect(made).toEqual([]);
  });

  it('are not waited for where there is no JetStream, or the answer is no', async () => {
    const off = Object.assign(new Error('jetstream is not enabled'), { name: 'JetStreamNotEnabled' });
    for (const error of [off, new Error('permissions violation')]) {
      const { broker, asked } = brokerOf({ silentFor: Infinity, error });
      await expect(ensureTopology(broker, { replicas: 1 })).rejects.toBe(error);
      expect(asked()).toBe(1);
    }
  });
});
