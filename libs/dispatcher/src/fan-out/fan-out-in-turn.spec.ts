import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ack, type IncomingMessage, type Outcome } from '@postel/jetstream';
import { createMeters } from '@postel/telemetry';
import { Crowds } from './crowds.js';
import { FanOutInTurn, type PendingEvent } from './fan-out-in-turn.js';

const limits = { ofType: 10, ofTenant: 1_000, underWay: 768, aside: 10_000, asideBytes: 1e6 };

/** A fan-out that takes 10 ms for everything. */
class World {
  /** What was handed to the fan-out together: type and positions. */
  readonly parts: { readonly type: string; readonly first: number; readonly count: number }[] = [];
  readonly done: number[] = [];
  handedOutSinceMs = 1;
  /** When something ordered was fanned out last. */
  orderedAtMs = -Infinity;
  private seq = 0;
  private readonly meters = createMeters({ processMetrics: false });
  private readonly inTurn: FanOutInTurn;

  constructor(
    private readonly handle: (batch: readonly IncomingMessage[]) => Promise<Promise<Outcome>[]> = (batch) =>
      Promise.resolve(
        batch.map(() => new Promise<Outcome>((resolve) => setTimeout(() => resolve(ack()), 10))),
      ),
  ) {
    const fanOut = {
      handle: (batch: readonly IncomingMessage[]) => this.fanOut(batch),
      orderedAtMs: () => this.orderedAtMs,
    };
    const crowds = new Crowds<PendingEvent>(limits, () => false);
    this.inTurn = new FanOutInTurn(
      fanOut,
      { sinceMs: () => this.handedOutSinceMs },
      crowds,
      (tenant) => tenant === 'known',
      this.meters,
      () => Date.now(),
    );
  }

  /** @returns how many of them have ended, and how */
  come(count: number, about: { type?: string; behind?: number; tenant?: string } = {}): Promise<string[]> {
    const { type = 'order.created', behind = 0, tenant } = about;
    const batch = Array.from({ length: count }, () => {
      const seq = ++this.seq;
      return {
        seq,
        subject: type,
        behind,
        storedAtMs: Date.now(),
        payload: Buffer.alloc(10),
        header: () => tenant,
      } as unknown as IncomingMessage;
    });
    return this.inTurn.handle(batch).then((outcomes) =>
      Promise.all(
        outcomes.map(async (outcome, index) => {
          const { kind } = await outcome.catch((error: Error) => ({ kind: error.message }));
          this.done.push(batch[index]!.seq);
          return kind;
        }),
      ),
    );
  }

  /** As the metric tells it. */
  async waiting(): Promise<number | undefined> {
    return (await this.meters.eventsWaiting.get()).values[0]?.value;
  }

  private fanOut(batch: readonly IncomingMessage[]): Promise<Promise<Outcome>[]> {
    const [{ subject: type, seq: first }] = batch as [IncomingMessage];
    this.parts.push({ type, first, count: batch.length });
    return this.handle(batch);
  }
}

describe('FanOutInTurn', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  it('passes on at once, together and in its order, what is of no crowd', async () => {
    const world = new World();
    const ended = world.come(10);
    await pass(10);
    expect(await ended).toEqual(Array(10).fill('ack'));
    expect(world.parts).toEqual([{ type: 'order.created', first: 1, count: 10 }]);
  });

  it('lets a crowd wait until what stands behind it has been read, and what is of no crowd pass it', async () => {
    const world = new World();
    void world.come(500, { behind: 500 });
    await pass(20);
    void world.come(500, { behind: 1 });
    await pass(20);
    expect(await world.waiting()).toBe(990);
    void world.come(1, { type: 'order.paid' });
    await pass(10);
    expect(world.done.slice(0, 11)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1_001]);
    await pass(2_000);
    expect(world.done).toHaveLength(1_001);
    expect(await world.waiting()).toBe(0);
    expect(world.done.slice(11)).toEqual(Array.from({ length: 990 }, (_, index) => index + 11));
  });

  it('fails with a crowd before what came with it is through, and ends nothing else by that', async () => {
    const world = new World(async ([first]) => {
      if ((first?.seq ?? 0) > 10) throw new Error('the log cannot be read');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return Array.from({ length: 10 }, () => Promise.resolve(ack()));
    });
    void world.come(20);
    // a rejection that nobody looks at ends a process: Node looks for it between two turns of the event loop
    await pass(500);
    jest.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    jest.useFakeTimers();
    expect(world.parts).toHaveLength(2);
  });

  it('goes on with a crowd where nothing more comes although more stands behind', async () => {
    const world = new World();
    const ended = world.come(500, { behind: 1_000 });
    await pass(3_000);
    expect(await ended).toHaveLength(500);
  });

  it('lets a crowd rest beside others, and not when it is alone', async () => {
    const world = new World();
    void world.come(1, { type: 'order.paid' });
    void world.come(700);
    await pass(100);
    const beside = world.parts.filter(({ type }) => type === 'order.created');
    expect(beside.map(({ count }) => count)).toEqual([10, 128, 128, 128, 128]);
    await pass(1_000);
    const alone = world.parts.length;
    void world.come(2_000);
    await pass(60);
    expect(world.done).toHaveLength(2_701);
    expect(world.parts.slice(alone).map(({ count }) => count)).toEqual([10, 512, 256, 512, 256, 454]);
  });

  it('lets no crowd rest while something ordered waits for all that was accepted before it', async () => {
    const world = new World();
    void world.come(1, { type: 'order.paid' });
    void world.come(700);
    await pass(40);
    expect(world.parts.map(({ count }) => count)).toEqual([1, 10, 128, 128]);
    world.orderedAtMs = Date.now();
    await pass(50);
    expect(world.done).toHaveLength(701);
  });

  it('lets a crowd not give way to the first of its own, which came before it was one', async () => {
    const world = new World();
    void world.come(5);
    await pass(20);
    void world.come(700);
    await pass(0);
    expect(world.parts.map(({ count }) => count)).toEqual([5, 10, 512, 178]);
  });

  it('lets no crowd give way any more that has waited for 5 s', async () => {
    const world = new World();
    const come = world.come(30_000);
    for (let second = 0; second < 5; second += 0.5) {
      void world.come(1, { type: 'order.paid' });
      await pass(500);
    }
    const inFiveSeconds = world.done.length;
    expect(inFiveSeconds).toBeLessThan(25_000);
    void world.come(1, { type: 'order.paid' });
    await pass(900);
    expect(await come).toHaveLength(30_000);
  });

  it('takes names that are no tenant of ours for the default one', async () => {
    const world = new World();
    for (const tenant of ['x', 'y', 'z']) void world.come(5, { tenant, behind: 1 });
    void world.come(5, { tenant: 'known' });
    await pass(5);
    expect(world.parts.map(({ first, count }) => [first, count])).toEqual([
      [1, 5],
      [6, 5],
      [16, 5],
      [11, 5],
    ]);
  });

  it('gives back what was set aside before the connection was lost', async () => {
    const world = new World();
    const before = world.come(15, { behind: 100 });
    world.handedOutSinceMs = 2;
    const after = world.come(1, { type: 'order.paid', behind: 100 });
    await pass(10);
    expect(await before).toEqual([...Array(10).fill('ack'), ...Array(5).fill('retryAfter')]);
    expect(await after).toEqual(['ack']);
    expect(await world.waiting()).toBe(0);
    const later = world.come(15);
    await pass(10);
    expect(await later).toEqual(Array(15).fill('ack'));
  });

  it('fails with a fan-out that fails, and goes on', async () => {
    let isBroken = true;
    const world = new World((batch) =>
      isBroken ? Promise.reject(new Error('a fault of ours')) : Promise.resolve(batch.map(async () => ack())),
    );
    const broken = world.come(15);
    await pass(50);
    expect(await broken).toEqual(Array(15).fill('a fault of ours'));
    isBroken = false;
    const mended = world.come(15);
    await pass(50);
    expect(await mended).toEqual(Array(15).fill('ack'));
  });
});
