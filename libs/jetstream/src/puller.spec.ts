import { expect, it } from '@jest/globals';
import { headers, type Msg } from '@nats-io/transport-node';
import { delivererConsumer } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { Puller } from './puller.js';

type Callback = (error: Error | null, message: Msg) => void;

function pinned(): Msg {
  const told = headers();
  told.set('Nats-Pin-Id', 'pin-1');
  return {
    subject: 'postel.delivery.0.ep_1',
    reply: '$JS.ACK.DELIVERIES.deliverer-delivery-0.1.1.1.1.1',
    data: new Uint8Array(0),
    headers: told,
  } as unknown as Msg;
}

it('is not made the owner again by a message that was on its way when it stopped', () => {
  const callbacks: Callback[] = [];
  const subscribe = (subject: string, options: { callback: Callback }) => {
    callbacks.push(options.callback);
    return { getSubject: () => subject, drain: () => Promise.resolve() };
  };
  const broker = {
    nc: { subscribe, publish: () => undefined },
    isConnected: () => true,
  } as unknown as Broker;
  const owns: boolean[] = [];
  let messages = 0;
  const puller = new Puller(broker, delivererConsumer('delivery', 0), () => 10, {
    onMessage: () => (messages += 1),
    onOwner: (isOwner) => owns.push(isOwner),
    onMissing: () => undefined,
  });
  puller.start();
  callbacks[0]?.(null, pinned());
  expect(owns).toEqual([true]);
  puller.stop();
  callbacks[0]?.(null, pinned());
  expect(owns).toEqual([true, false]);
  expect(puller.isOwner).toBe(false);
  // it is handed over all the same, to be given back
  expect(messages).toBe(2);
  puller.start();
  callbacks[0]?.(null, pinned());
  expect(puller.isOwner).toBe(false);
  callbacks[1]?.(null, pinned());
  expect(owns).toEqual([true, false, true]);
});
