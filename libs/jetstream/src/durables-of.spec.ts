import { expect, it } from '@jest/globals';
import type { Broker } from './connect-broker.js';
import { durablesOf } from './durables-of.js';
import { UnansweredPublishes } from './unanswered-publishes.js';

/** A broker that lists this. */
const listing = (reply: object) =>
  ({
    isConnected: () => true,
    nc: { publish: () => undefined },
    unanswered: new UnansweredPublishes(),
    replies: { request: () => Promise.resolve({ data: Buffer.from(JSON.stringify(reply)) }) },
  }) as unknown as Broker;

const dispatcher = { name: 'dispatcher', config: { durable_name: 'dispatcher' } };
const follower = { name: 'uFhSj0Zq', config: {} };
const namesIn = async (reply: object) => (await durablesOf(listing(reply), 'EVENTS')).map(({ name }) => name);

it('takes no durable for absent whose leader is just not there', async () => {
  expect(await namesIn({ total: 2, consumers: [dispatcher, follower] })).toEqual(['dispatcher']);
  expect(await namesIn({ total: 0, consumers: [] })).toEqual([]);
  // as a cluster lists what the killed server led
  await expect(namesIn({ total: 2, consumers: [follower], missing: ['dispatcher'] })).rejects.toMatchObject({
    name: 'PublishError',
    message: 'consumers of EVENTS do not answer: dispatcher',
  });
});

it('does not wait for a reader that was on the killed server, which is none any more', async () => {
  expect(await namesIn({ total: 2, consumers: [dispatcher], missing: ['uFhSj0Zq'] })).toEqual(['dispatcher']);
});
