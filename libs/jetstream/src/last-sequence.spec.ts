import { expect, it } from '@jest/globals';
import type { Broker } from './connect-broker.js';
import { hasMessageBetween } from './last-sequence.js';
import { UnansweredPublishes } from './unanswered-publishes.js';

/** A broker that answers everything with this. */
const answering = (reply: object) =>
  ({
    isConnected: () => true,
    nc: { publish: () => undefined },
    unanswered: new UnansweredPublishes(),
    replies: { request: () => Promise.resolve({ data: Buffer.from(JSON.stringify(reply)) }) },
  }) as unknown as Broker;

const after = (reply: object) =>
  hasMessageBetween(answering(reply), 'CONFIG', {
    after: 1,
    upTo: 2,
    filters: ['postel.config.>'],
    timeoutMs: 1_000,
  });

it('tells an end of the stream from a stream that is not there for now', async () => {
  expect(await after({ message: { seq: 2 } })).toBe(true);
  expect(await after({ message: { seq: 3 } })).toBe(false);
  expect(await after({ error: { code: 404, err_code: 10037, description: 'no message found' } })).toBe(false);
  // as a cluster answers that has no leader for it
  await expect(
    after({ error: { code: 404, err_code: 10059, description: 'stream not found' } }),
  ).rejects.toMatchObject({ name: 'PublishError' });
});
