import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBroker } from '@postel/jetstream';
import { startTestNats, type TestServer } from '@postel/testing';
import { contextOf } from '../context.js';
import { testTerminal } from '../terminal/terminal-for-tests.js';
import { publishOverNats } from './publish-over-nats.js';

describe('an event over NATS', () => {
  let nats: TestServer;
  beforeAll(async () => {
    nats = await startTestNats();
  });
  afterAll(() => nats?.stop());

  it('whose first word is new is refused with what to do, and not only with the words of the client', async () => {
    const event = { type: 'parcel.sent', id: 'evt_1', body: '{}', url: nats.url };
    await expect(publishOverNats(contextOf(testTerminal(), {}), event)).rejects.toMatchObject({
      message: expect.stringMatching(/^NATS did not take it/),
      advice: expect.stringMatching(/no stream has the subject parcel\.sent.* over HTTP/),
    });
  });

  it.each(['postel.delivery.delivery.1.ep_1', 'order.*', 'order'])(
    'is not published to the subject %s, which is none of an event',
    async (type) => {
      const observer = await connectBroker({ servers: [nats.url], name: 'test' });
      const came: string[] = [];
      observer.nc.subscribe('>', { callback: (_, { subject }) => void came.push(subject) });
      await observer.nc.flush();
      const event = { type, id: 'evt_1', body: '{}', url: nats.url };
      await expect(publishOverNats(contextOf(testTerminal(), {}), event)).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(/event type/),
      });
      await observer.close();
      expect(came.filter((subject) => !subject.startsWith('$'))).toEqual([]);
    },
  );
});
