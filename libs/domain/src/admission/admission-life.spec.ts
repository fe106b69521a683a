import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { names, World, type TestItem } from './admission.fixture.js';
import { RateWindow } from './rate-window.js';

const endpoints = names(6);
const tenantOf = (endpointId: string) => `t_${Number(endpointId.slice(3)) % 3}`;
const partitionOf = (endpointId: string) => Number(endpointId.slice(3)) % 2;

/** A failure is shrunk for so long, ms. */
const interruptAfterTimeLimit = 20_000;

interface Step {
  readonly does: 'ask' | 'put-back' | 'finish' | 'sweep' | 'pause' | 'lose' | 'limit';
  readonly endpointId: string;
  readonly which: number;
  readonly ok: boolean;
  readonly waitMs: number;
}

const steps = fc.array(
  fc.record<Step>({
    does: fc.constantFrom(
      ...(['ask', 'ask', 'ask', 'ask', 'ask', 'put-back', 'finish', 'finish', 'finish'] as const),
      ...(['sweep', 'pause', 'lose', 'limit'] as const),
    ),
    endpointId: fc.constantFrom(...endpoints),
    which: fc.nat(1_000),
    ok: fc.boolean(),
    waitMs: fc.oneof(fc.nat(3), fc.nat(2_000)),
  }),
  { maxLength: 400, size: 'max' },
);

function take(world: World, { does, endpointId, which, ok, waitMs }: Step): void {
  const where = { tenant: tenantOf(endpointId), partition: partitionOf(endpointId) };
  const item = world.inFlight[which % Math.max(world.inFlight.length, 1)];
  switch (does) {
    case 'ask':
      world.nowMs += waitMs % 3;
      return void world.ask(endpointId, where);
    case 'put-back':
      return void world.ask(endpointId, { ...where, isPutBack: true });
    case 'finish':
      world.nowMs += waitMs % 10;
      return item && world.finish(item, which % 7 === 0 ? null : { ok });
    case 'sweep':
      return world.sweep(waitMs, ok);
    case 'pause':
      return world.drained(world.admission.drainEndpoint(endpointId));
    case 'lose':
      return world.drained(world.admission.forgetPartition(which % 2));
    case 'limit':
      return world.limit(endpointId, 1 + (which % 12), ok ? { max: 1 + (which % 5), perSeconds: 1 } : null);
  }
}

/** The caps of the design, from nothing but what is in flight. */
function expectPlace(world: World, item: TestItem): void {
  const { total, inFlight } = world;
  const free = total - inFlight.length;
  const ofEndpoint = inFlight.filter(({ endpointId }) => endpointId === item.endpointId).length;
  const ofTenant = inFlight.filter(({ tenant }) => tenant === item.tenant).length;
  expect(free).toBeGreaterThan(0);
  expect(ofEndpoint).toBeLessThan(world.limitsOf(item.endpointId).maxInFlight);
  expect(ofEndpoint).toBeLessThan(Math.max(1, Math.floor(free / 4)));
  const withinShare = ofTenant <= Math.max(1, free);
  expect(withinShare || (ofEndpoint === 0 && inFlight.length < Math.ceil((total * 7) / 8))).toBe(true);
}

describe('admission, whatever happens', () => {
  it('exceeds no cap, and brings everything to exactly one end', () => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (life, total, window) => {
          const world = new World({ total, window });
          world.onStart = (item) => expectPlace(world, item);
          for (const step of life) {
            take(world, step);
            const held = world.of('queued').length + world.inFlight.length;
            expect(world.admission.held).toBe(held);
            expect(world.admission.inFlight).toBe(world.inFlight.length);
          }
          // nothing is lost: what is left comes to its end by itself
          for (let turn = 0; turn < 100; turn++) {
            while (world.inFlight[0]) world.finish(world.inFlight[0]);
            world.sweep(100);
          }
          expect(world.of('queued')).toEqual([]);
          expect(world.admission.held).toBe(0);
          for (const { fate } of world.items) expect(['finished', 'deferred', 'drained']).toContain(fate);
        },
      ),
      { numRuns: 50, interruptAfterTimeLimit },
    );
  });

  it('starts each endpoint in the order of asking, as far as it starts', () => {
    fc.assert(
      fc.property(steps, (life) => {
        const world = new World({ total: 20, window: 100 });
        for (const step of life) take(world, step);
        for (const endpointId of endpoints) {
          const order = world.started.filter((item) => item.endpointId === endpointId);
          const asked = new Map(world.items.map((item, index) => [item, index]));
          const places = order.map((item) => asked.get(item) ?? -1);
          expect(places).toEqual([...places].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('keeps each rate in every window', () => {
    const rates = fc.record({
      max: fc.integer({ min: 1, max: 8 }),
      perSeconds: fc.integer({ min: 1, max: 3 }),
    });
    const moves = fc.array(
      fc.record({
        does: fc.constantFrom('ask', 'ask', 'ask', 'put-back', 'finish', 'sweep'),
        waitMs: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(800)),
      }),
      { maxLength: 400, size: 'max' },
    );
    fc.assert(
      fc.property(rates, moves, fc.boolean(), (rate, life, fresh) => {
        const world = new World();
        const bornAtMs = world.nowMs;
        world.limit('ep', 5, rate, fresh);
        for (const { does, waitMs } of life) {
          world.nowMs += waitMs;
          if (does === 'finish') {
            if (world.inFlight[0]) world.finish(world.inFlight[0]);
          } else if (does === 'sweep') {
            world.sweep(0);
            for (
              let back = world.admission.room(
                world.items[0] ?? { tenant: 'default', endpointId: 'ep', partition: 0 },
                world.limitsOf('ep'),
                world.nowMs,
              );
              back > 0;
              back--
            )
              world.ask('ep', { isPutBack: true });
          } else {
            world.ask('ep', { isPutBack: does === 'put-back' });
          }
        }
        expectRate(
          world.started.map(({ startedAtMs }) => startedAtMs),
          rate,
        );
        const [first] = world.started;
        if (!fresh && first)
          expect(first.startedAtMs).toBeGreaterThanOrEqual(bornAtMs + rate.perSeconds * 1_000);
      }),
    );
  });

  it('gives free places to the tenants in turn, and to the endpoints of each in turn', () => {
    const queues = fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(queues, fc.boolean(), (tenants, ok) => {
        const world = new World({ total: 1 });
        const first = world.ask('first', { tenant: 'first' });
        tenants.forEach((counts, tenant) =>
          counts.forEach((count, endpoint) => {
            for (let asked = 0; asked < count; asked++)
              world.ask(`ep_${tenant}_${endpoint}`, { tenant: `t_${tenant}` });
          }),
        );
        world.finish(first, { ok });
        while (world.inFlight[0]) world.finish(world.inFlight[0], { ok });
        const turns = world.started.slice(1);
        expectTurns(turns.map(({ tenant }) => tenant));
        tenants.forEach((_, index) =>
          expectTurns(
            turns.filter(({ tenant }) => tenant === `t_${index}`).map(({ endpointId }) => endpointId),
          ),
        );
      }),
    );
  });

  it('starves nobody: with hanging endpoints and put-backs, everything is attempted in the end', () => {
    const hangs = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(hangs, fc.integer({ min: 1, max: 24 }), (hanging, total) => {
        const world = new World({ total, window: 40 });
        const waiting: TestItem[] = [];
        const wanted = 40;
        const done = new Map<string, number>();
        for (const endpointId of endpoints)
          for (let count = 0; count < wanted; count++)
            world.ask(endpointId, { tenant: tenantOf(endpointId), partition: partitionOf(endpointId) });
        let seen = 0;
        for (let turn = 0; turn < 60_000 && world.items.length > 0; turn++) {
          for (; seen < world.items.length; seen++) waiting.push(world.items[seen] as TestItem);
          for (const item of [...world.inFlight]) {
            const slow = hanging[endpoints.indexOf(item.endpointId)] ?? false;
            if (world.nowMs - item.startedAtMs < (slow ? 3_000 : 20)) continue;
            world.finish(item, { ok: !slow });
            done.set(item.endpointId, (done.get(item.endpointId) ?? 0) + 1);
          }
          putBack(world, waiting);
          world.sweep(50);
          if ([...done.values()].reduce((sum, count) => sum + count, 0) === wanted * endpoints.length) break;
        }
        for (const endpointId of endpoints) expect(done.get(endpointId)).toBe(wanted);
      }),
      { numRuns: 15, interruptAfterTimeLimit },
    );
  });
});

/** A scheduler as simple as can be: what is due and has room, in the order of its due time. */
function putBack(world: World, waiting: TestItem[]): void {
  const due = waiting
    .filter(({ fate, dueAtMs }) => fate === 'deferred' && dueAtMs <= world.nowMs)
    .sort((a, b) => a.dueAtMs - b.dueAtMs);
  for (const item of due) {
    if (world.admission.room(item, world.limitsOf(item.endpointId), world.nowMs) === 0) continue;
    world.admission.returned(item.endpointId);
    waiting.splice(waiting.indexOf(item), 1);
    world.ask(item.endpointId, { tenant: item.tenant, partition: item.partition, isPutBack: true });
  }
}

/** While others have something left nobody has two turns more than any of them. */
function expectTurns(turns: readonly string[]): void {
  const left = new Map<string, number>();
  for (const name of turns) left.set(name, (left.get(name) ?? 0) + 1);
  const had = new Map([...left.keys()].map((name) => [name, 0]));
  for (const name of turns) {
    had.set(name, (had.get(name) ?? 0) + 1);
    left.set(name, (left.get(name) ?? 0) - 1);
    const waiting = [...had].filter(([other]) => (left.get(other) ?? 0) > 0).map(([, count]) => count);
    expect((had.get(name) ?? 0) - Math.min(Infinity, ...waiting)).toBeLessThanOrEqual(1);
  }
}

function expectRate(startsMs: readonly number[], rate: { max: number; perSeconds: number }): void {
  let shortestMs = Infinity;
  for (let index = rate.max; index < startsMs.length; index++)
    shortestMs = Math.min(shortestMs, (startsMs[index] ?? 0) - (startsMs[index - rate.max] ?? 0));
  expect(shortestMs).toBeGreaterThanOrEqual(rate.perSeconds * 1_000);
}

describe('RateWindow', () => {
  const waits = fc.array(fc.oneof(fc.constant(0), fc.nat(20), fc.nat(1_500)), {
    maxLength: 300,
    size: 'max',
  });

  it.each([
    [{ max: 1, perSeconds: 1 }],
    [{ max: 7, perSeconds: 1 }],
    [{ max: 1_000, perSeconds: 2 }],
    [{ max: 2_500, perSeconds: 2 }],
  ])('allows %j in every window, and says when', (rate) => {
    fc.assert(
      fc.property(waits, (life) => {
        const window = new RateWindow(rate);
        const startsMs: number[] = [];
        let nowMs = 1_000_000;
        for (const waitMs of life) {
          nowMs += waitMs;
          const free = window.free(nowMs);
          const greedy = Math.min(free, Math.ceil(rate.max / 5));
          for (let start = 0; start < greedy; start++) {
            window.take(nowMs);
            startsMs.push(nowMs);
          }
          expect(window.free(nowMs)).toBe(free - greedy);
          const next = window.whenFree(1, nowMs);
          expect(next === nowMs).toBe(free > greedy);
          expect(window.freeBy(next)).toBeGreaterThan(0);
          expect(window.whenFree(rate.max + 1, nowMs)).toBe(next + rate.perSeconds * 1_000);
        }
        expectRate(startsMs, rate);
      }),
      { numRuns: 25 },
    );
  });

  it('is nearly used to the full by a limit that is not remembered one by one', () => {
    const window = new RateWindow({ max: 10_000, perSeconds: 10 });
    let starts = 0;
    for (let nowMs = 0; nowMs < 100_000; nowMs++) {
      for (let tries = 0; tries < 3 && window.free(nowMs) > 0; tries++) {
        window.take(nowMs);
        starts += 1;
      }
    }
    expect(starts).toBeGreaterThan(97_000);
    expect(starts).toBeLessThanOrEqual(100_000);
  });
});
