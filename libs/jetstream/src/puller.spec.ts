import { expect, it } from '@jest/globals';
import { headers, type Msg } from '@nats-io/transport-node';
import { delivererConsumer, dispatcherConsumer, type ConsumerSpec } from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { Puller } from './puller.js';

/** What a puller asks of a broker, and what it makes of the answers. */
class PullWorld {
  readonly requests: Record<string, unknown>[] = [];
  readonly owns: boolean[] = [];
  messages = 0;
  missing = 0;
  another = 0;
  handOut = 0;
  room = 10;
  isConnected = true;
  connectedAtMs = 0;
  private readonly inboxes: ((error: Error | null, message: Msg) => void)[] = [];
  readonly puller: Puller;

  constructor(spec: ConsumerSpec = delivererConsumer('delivery', 0)) {
    const broker = {
      nc: {
        subscribe: (subject: string, options: { callback: (error: Error | null, message: Msg) => void }) => {
          this.inboxes.push(options.callback);
          return { getSubject: () => subject, drain: () => Promise.resolve() };
        },
        publish: (_subject: string, request: string) =>
          this.requests.push(JSON.parse(request) as Record<string, unknown>),
      },
      isConnected: () => this.isConnected,
      connectedAtMs: () => this.connectedAtMs,
    } as unknown as Broker;
    this.puller = new Puller(broker, spec, () => ({ messages: this.room, maxBytes: 1_000 }), {
      onMessage: () => {
        this.messages += 1;
        this.room -= 1;
      },
      onOwner: (isOwner) => this.owns.push(isOwner),
      onMissing: () => (this.missing += 1),
      onAnother: () => (this.another += 1),
    });
  }

  /** @param start of the puller to which it comes, from 0 */
  receive({ pin, start = this.inboxes.length - 1 }: { pin?: string; start?: number } = {}): void {
    const told = headers();
    if (pin !== undefined) told.set('Nats-Pin-Id', pin);
    this.tell(start, {
      subject: 'postel.delivery.0.ep_1',
      reply: `$JS.ACK.DELIVERIES.deliverer-delivery-0.1.1.${(this.handOut += 1)}.1.1`,
      data: new Uint8Array(0),
      headers: told,
    });
  }

  /** A request ended. @param left messages of it that did not come */
  end(code: number, description: string, left?: number): void {
    const told = headers(code, description);
    if (left !== undefined) told.set('Nats-Pending-Messages', String(left));
    this.tell(this.inboxes.length - 1, { subject: 'inbox', data: new Uint8Array(0), headers: told });
  }

  get batches(): unknown[] {
    return this.requests.map(({ batch }) => batch);
  }

  private tell(start: number, message: object): void {
    this.inboxes[start]?.(null, message as Msg);
  }
}

const silentMs = 6_001;

it('is not made the owner again by a message that was on its way when it stopped', () => {
  const world = new PullWorld();
  world.puller.start();
  world.receive({ pin: 'pin-1' });
  expect(world.owns).toEqual([true]);
  world.puller.stop();
  world.receive({ pin: 'pin-1' });
  expect(world.owns).toEqual([true, false]);
  expect(world.puller.isOwner).toBe(false);
  // it is handed over all the same, to be given back
  expect(world.messages).toBe(2);
  world.puller.start();
  world.receive({ pin: 'pin-1', start: 0 });
  expect(world.puller.isOwner).toBe(false);
  world.receive({ pin: 'pin-1' });
  expect(world.owns).toEqual([true, false, true]);
});

it('asks for as many messages as there is room for, but for no more bytes than are held at once', () => {
  const world = new PullWorld();
  world.puller.start();
  expect(world.requests).toEqual([{ batch: 10, expires: 2_000_000_000, max_bytes: 1_000, group: 'owner' }]);
  world.receive({ pin: 'pin-1' });
  world.room += 20;
  world.puller.ask();
  expect(world.requests[1]).toMatchObject({ batch: 20, id: 'pin-1', group: 'owner' });
});

it('asks nobody for ownership of a consumer that has no owner', () => {
  const world = new PullWorld(dispatcherConsumer);
  world.puller.start();
  world.receive({ pin: 'pin-1' });
  expect(world.requests[0]).not.toHaveProperty('group');
  expect(world.owns).toEqual([]);
});

it('does not ask for what it has asked for, nor for little', () => {
  const world = new PullWorld();
  world.puller.start();
  world.puller.ask();
  for (let count = 0; count < 4; count++) world.receive();
  world.room += 4; // six are on their way, and four more have room
  world.puller.ask();
  expect(world.batches).toEqual([10]);
  for (let count = 0; count < 2; count++) world.receive();
  world.room += 2;
  world.puller.ask();
  expect(world.batches).toEqual([10, 6]);
});

it('asks anew for what a request that ended has left', () => {
  const world = new PullWorld();
  world.puller.start();
  for (let count = 0; count < 6; count++) world.receive();
  world.room += 6;
  world.end(408, 'Request Timeout', 4);
  expect(world.batches).toEqual([10, 10]);
  world.end(409, 'Message Size Exceeds MaxBytes');
  expect(world.batches).toEqual([10, 10, 10]);
  world.end(100, 'Idle Heartbeat');
  expect(world.batches).toHaveLength(3);
});

it('asks for nothing while there is no room, and when it has stopped', () => {
  const world = new PullWorld();
  world.room = 0;
  world.puller.start();
  expect(world.requests).toEqual([]);
  world.puller.stop();
  world.room = 10;
  world.puller.ask();
  world.end(408, 'Request Timeout', 10);
  expect(world.requests).toEqual([]);
});

it('gives up its ownership when another was made the owner, and asks without it', () => {
  const world = new PullWorld();
  world.puller.start();
  world.receive({ pin: 'pin-1' });
  world.end(423, 'Nats-Wrong-Pin-Id', 9);
  expect(world.owns).toEqual([true, false]);
  expect(world.requests[1]).not.toHaveProperty('id');
});

it('says when its consumer is missing, and leaves the asking to whoever makes it again', () => {
  const world = new PullWorld();
  world.puller.start();
  world.end(409, 'Consumer Deleted');
  world.end(503, 'No Responders');
  expect(world.missing).toBe(2);
  expect(world.requests).toHaveLength(1);
});

it('leaves a broker alone that goes down, and asks the next one as soon as it is connected', () => {
  const world = new PullWorld();
  world.puller.start();
  world.end(409, 'Server Shutdown', 10);
  world.end(409, 'Leadership Change');
  expect(world.requests).toHaveLength(1);
  world.isConnected = false;
  expect(world.puller.renewWhenSilent(Date.now() + silentMs)).toBe(false);
  expect(world.requests).toHaveLength(1);
  world.isConnected = true;
  world.connectedAtMs = Date.now() + 1;
  expect(world.puller.renewWhenSilent(Date.now())).toBe(false);
  expect(world.batches).toEqual([10, 10]);
});

it('asks again when nothing was heard of a request for long, and only then says that it was lost', () => {
  const world = new PullWorld();
  world.puller.start();
  expect(world.puller.renewWhenSilent(Date.now())).toBe(false);
  expect(world.puller.renewWhenSilent(Date.now() + silentMs)).toBe(true);
  expect(world.batches).toEqual([10, 10]);
  world.room = 0;
  world.end(408, 'Request Timeout', 10);
  // what asks for nothing hears nothing
  expect(world.puller.renewWhenSilent(Date.now() + silentMs)).toBe(false);
});

it('waits for the connection before it asks for the first time', () => {
  const world = new PullWorld();
  world.isConnected = false;
  world.puller.start();
  expect(world.requests).toEqual([]);
  world.isConnected = true;
  world.connectedAtMs = Date.now();
  world.puller.renewWhenSilent(Date.now());
  expect(world.batches).toEqual([10]);
});
