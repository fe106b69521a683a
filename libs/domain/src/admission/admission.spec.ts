import { describe, expect, it } from '@jest/globals';
import { names, World } from './admission.fixture.js';

describe('an endpoint', () => {
  it('has at most its maxInFlight in flight, and the rest wait in their order', () => {
    const world = new World();
    world.limit('ep', 2);
    const items = [1, 2, 3, 4].map(() => world.ask('ep'));
    expect(items.map(({ fate }) => fate)).toEqual(['started', 'started', 'queued', 'queued']);
    expect(world.admission.held).toBe(4);
    world.finish(items[1]!);
    expect(items.map(({ fate }) => fate)).toEqual(['started', 'finished', 'started', 'queued']);
    expect(world.admission.inFlight).toBe(2);
  });

  it('has no place that an attempt of the owner before holds, until that has ended', () => {
    const world = new World();
    for (const endpointId of ['ep', 'new']) world.limit(endpointId, 2);
    const first = world.ask('ep');
    world.admission.changeElsewhere(
      new Map([
        ['ep', 1],
        ['new', 2],
      ]),
      world.nowMs,
    );
    const items = [world.ask('ep'), world.ask('new')];
    expect(items.map(({ fate }) => fate)).toEqual(['queued', 'queued']);
    world.finish(first);
    expect(items.map(({ fate }) => fate)).toEqual(['started', 'queued']);
    world.drained(world.admission.drainEndpoint('new'));
    // so that its room is asked for, and no more is brought back than it can take
    expect([...world.admission.activeEndpointIds()]).toEqual(['ep', 'new']);
    items[1] = world.ask('new');
    const another = world.ask('ep');
    expect(another.fate).toBe('queued');
    world.admission.changeElsewhere(new Map([['new', 1]]), world.nowMs);
    expect([another, ...items].map(({ fate }) => fate)).toEqual(['started', 'started', 'started']);
    expect(world.admission.inFlight).toBe(3);
  });

  it('tells what is under way of partitions that went to others', () => {
    const world = new World();
    const [one] = [world.ask('ep', { partition: 1 }), world.ask('other', { partition: 2 })];
    world.admission.forgetPartition(1);
    expect(world.admission.openOutside(new Set([2]))).toEqual(new Map([['ep', 1]]));
    world.finish(one);
    expect(world.admission.openOutside(new Set([2]))).toEqual(new Map());
  });

  it('is deferred beyond what it works off soon: 300 ms of its pace, at least twice its cap', () => {
    const world = new World();
    const held = (endpointId: string) => {
      const asked = Array.from({ length: 2_500 }, () => world.ask(endpointId));
      return asked.filter(({ fate }) => fate === 'queued').length;
    };
    expect(held('unknown')).toBe(300); // 10 at once, 10 ms each
    world.finish(world.ask('fast'), { durationMs: 1 });
    expect(held('fast')).toBe(2_490); // within its share of the window
    world.finish(world.ask('slow'), { durationMs: 1_000 });
    expect(held('slow')).toBe(20);
  });

  it('that hangs is recognised within moments, and waits in memory no longer than a second', () => {
    const world = new World();
    for (let count = 0; count < 310; count++) world.ask('ep');
    world.sweep(500);
    expect(world.of('queued')).toHaveLength(20);
    expect(world.of('deferred')).toHaveLength(280);
    world.sweep(500);
    expect(world.of('queued')).toHaveLength(0);
    expect(world.items.slice(10, 30).every(({ reason }) => reason === 'busy')).toBe(true);
  });

  it('may be slower before it has to go, while this process is what holds things up', () => {
    const queuedAt = (isSaturated: boolean) => {
      const world = new World({ window: 1_000 });
      world.prove(['a', 'b', 'c', 'd']);
      for (const endpointId of ['a', 'b', 'c', 'd'])
        for (let count = 0; count < 100; count++) world.ask(endpointId);
      world.sweep(600, isSaturated);
      return world.of('queued').length;
    };
    expect(queuedAt(true)).toBe(360);
    expect(queuedAt(false)).toBeLessThanOrEqual(80);
  });

  it('has its places beside endpoints that hang, although this process works with fewer at once', () => {
    const world = new World({ total: 1_024 });
    world.prove(['good']);
    for (const endpointId of names(20)) for (let count = 0; count < 10; count++) world.ask(endpointId);
    world.sweep(0, true);
    expect(world.ask('good').fate).toBe('started');
  });

  it('keeps its share of the window when not much stands behind it, and what it works off soon otherwise', () => {
    const world = new World({ window: 1_000 });
    world.prove(['ep', 'other']);
    const queued = (behind: number) => {
      const asked = Array.from({ length: 1_200 }, () => world.ask('ep', { behind }));
      const kept = asked.filter(({ fate }) => fate === 'queued').length;
      world.drained(world.admission.drainEndpoint('ep'));
      return kept;
    };
    expect(queued(100)).toBe(1_000);
    expect(queued(2_500)).toBe(600); // 300 ms of its pace, since all of it would take more than 1.5 s
    expect(queued(100_000)).toBe(600);
  });

  it('leaves the last quarter of a partition to those that answer', () => {
    const world = new World({ window: 100 });
    world.prove(['good']);
    for (const endpointId of names(8)) for (let count = 0; count < 12; count++) world.ask(endpointId);
    expect(world.of('started')).toHaveLength(80);
    expect(world.of('queued')).toHaveLength(16);
    world.sweep(300);
    expect(world.of('queued')).toHaveLength(0);
    expect(world.ask('good').fate).toBe('started');
    expect(world.ask('elsewhere', { partition: 1 }).fate).toBe('started');
  });

  it('gives back what was queued when it is paused, and forgets it when it is deleted', () => {
    const world = new World();
    world.limit('ep', 1);
    const [first, ...others] = [1, 2, 3].map(() => world.ask('ep'));
    expect(world.admission.drainEndpoint('ep')).toEqual(others);
    expect(world.admission.drainEndpoint('unknown')).toEqual([]);
    world.drained(others);
    world.ask('ep');
    expect(world.admission.forgetEndpoint('ep')).toHaveLength(1);
    expect(world.admission.held).toBe(1);
    world.finish(first!);
    world.admission.forgetEndpoint('ep');
    expect(world.admission.knownEndpoints).toBe(0);
  });

  it('that hangs has a quarter of its places, until it answers', () => {
    const world = new World();
    world.limit('ep', 8);
    const fillAndFail = (durationMs: number) => {
      for (let count = 0; count < 12; count++) world.ask('ep');
      const started = [...world.inFlight];
      world.drained(world.admission.drainEndpoint('ep'));
      for (const item of started) world.finish(item, { ok: false, durationMs });
      return started.length;
    };
    expect([fillAndFail(10), fillAndFail(999), fillAndFail(10_000)]).toEqual([8, 8, 8]);
    expect([fillAndFail(10_000), fillAndFail(10)]).toEqual([2, 2]); // a quick failure is no answer
    const [first] = Array.from({ length: 12 }, () => world.ask('ep'));
    expect(world.inFlight.length).toBe(2);
    world.finish(first!, { durationMs: 5 });
    for (let count = 0; count < 12; count++) world.ask('ep');
    expect(world.inFlight.length).toBe(8);
  });

  it('that hangs has one place at least', () => {
    const world = new World();
    world.limit('ep', 1);
    for (let count = 0; count < 3; count++) world.finish(world.ask('ep'), { ok: false, durationMs: 10_000 });
    expect(world.ask('ep').fate).toBe('started');
  });

  it('is held to a limit that was lowered, and has the use of one that was raised', () => {
    const world = new World();
    world.limit('ep', 3);
    const items = [1, 2, 3, 4, 5].map(() => world.ask('ep'));
    world.limit('ep', 1);
    world.finish(items[0]!);
    world.finish(items[1]!);
    expect(world.inFlight).toHaveLength(1);
    world.limit('ep', 10);
    world.sweep();
    expect(world.inFlight).toHaveLength(3);
  });
});

describe('deferrals', () => {
  it('come back in their order, soon', () => {
    const world = new World();
    world.limit('ep', 1);
    world.finish(world.ask('ep'), { durationMs: 1_000 });
    const dues = Array.from({ length: 103 }, () => world.ask('ep'))
      .filter(({ fate }) => fate === 'deferred')
      .map(({ dueAtMs }) => dueAtMs - world.nowMs);
    expect(dues.length).toBeGreaterThan(90);
    expect(dues).toEqual([...dues].sort((a, b) => a - b));
    expect(dues.at(-1)).toBe(1_000); // from then on the room that it has decides
  });

  it.each([
    [3_000, 1_500],
    [60_000, 5_000],
  ])('of an endpoint that has been silent for %i ms come back %i ms later at most', (silentMs, latestMs) => {
    const world = new World();
    world.limit('ep', 1);
    world.ask('ep');
    world.nowMs += silentMs;
    const dues = Array.from({ length: 100 }, () => world.ask('ep'))
      .filter(({ fate }) => fate === 'deferred')
      .map(({ dueAtMs }) => dueAtMs - world.nowMs);
    expect(dues.length).toBeGreaterThan(90);
    expect(Math.max(...dues)).toBe(latestMs);
  });

  it('are due after a tenth of a second at least, one after the other', () => {
    const world = new World({ window: 2 });
    world.finish(world.ask('ep'), { durationMs: 20 });
    const dues = Array.from({ length: 30 }, () => world.ask('ep'))
      .filter(({ fate }) => fate === 'deferred')
      .map(({ dueAtMs }) => dueAtMs - world.nowMs);
    expect(dues.slice(0, 4)).toEqual([100, 102, 104, 106]);
  });

  it('do not hold up newcomers without a rate', () => {
    const world = new World({ window: 2 });
    for (let count = 0; count < 30; count++) world.ask('ep');
    for (const item of [...world.inFlight]) world.finish(item);
    expect(world.ask('ep').fate).toBe('started');
  });
});

describe('a clock that was ahead and is set back', () => {
  const rate = { max: 2, perSeconds: 10 };
  const hourMs = 3_600_000;

  it('holds an endpoint with a rate up for one window, and not until its time comes again', () => {
    const world = new World();
    world.limit('ep', 10, rate);
    world.nowMs += hourMs;
    for (const item of [world.ask('ep'), world.ask('ep')]) world.finish(item);
    expect(world.ask('ep').dueAtMs).toBe(world.nowMs + 10_000);
    world.nowMs -= hourMs;
    const setBackAtMs = world.nowMs;
    // it may have used its rate up a moment ago
    expect(world.ask('ep').dueAtMs).toBe(setBackAtMs + 10_000);
    world.nowMs += 10_000;
    const waited = [1, 2].map(() => world.ask('ep', { isPutBack: true }));
    expect(waited.map(({ fate }) => fate)).toEqual(['started', 'started']);
  });
});

describe('a rate limit', () => {
  const rate = { max: 2, perSeconds: 10 };

  it('keeps those whose turn comes within half a second, and defers the others until it comes', () => {
    const world = new World();
    world.limit('ep', 10, rate);
    world.ask('ep');
    world.nowMs += 9_600;
    world.ask('ep');
    const [soon, later, last] = [1, 2, 3].map(() => world.ask('ep'));
    expect(soon!.fate).toBe('queued');
    expect(later).toMatchObject({ fate: 'deferred', reason: 'rate_limited', dueAtMs: world.nowMs + 10_000 });
    expect(last).toMatchObject({ fate: 'deferred', dueAtMs: world.nowMs + 15_000 });
    world.sweep(350);
    expect(soon!.fate).toBe('queued');
    world.sweep(50);
    expect(soon!.fate).toBe('started');
  });

  it('lets newcomers stand in line behind those that were deferred, and these pass when they are back', () => {
    const world = new World();
    world.limit('ep', 10, rate);
    const [, , waiting] = [1, 2, 3].map(() => world.ask('ep'));
    world.nowMs = waiting!.dueAtMs;
    expect(world.ask('ep')).toMatchObject({ fate: 'deferred', dueAtMs: world.nowMs + 5_000 });
    world.admission.returned('ep');
    expect(world.ask('ep', { isPutBack: true }).fate).toBe('started');
    world.admission.returned('ep');
    expect(world.ask('ep', { isPutBack: true }).fate).toBe('started');
    world.nowMs += 10_000;
    expect(world.ask('ep').fate).toBe('started');
  });

  it('forgets a line that never comes back', () => {
    const world = new World();
    world.limit('ep', 10, { max: 10, perSeconds: 1 });
    for (let count = 0; count < 200; count++) world.ask('ep');
    let started = 0;
    for (let turn = 0; turn < 120; turn++) {
      world.nowMs += 500;
      for (const item of [...world.inFlight]) world.finish(item);
      if (world.ask('ep').fate === 'started') started += 1;
    }
    expect(started).toBeGreaterThan(40);
  });

  it('starts nothing for one window when another owner may just have used it up', () => {
    const world = new World();
    world.limit('ep', 10, rate, false);
    expect(world.ask('ep')).toMatchObject({ fate: 'deferred', dueAtMs: world.nowMs + 10_000 });
    world.nowMs += 9_999;
    expect(world.ask('ep', { isPutBack: true }).fate).toBe('queued');
    world.sweep(1);
    expect(world.inFlight).toHaveLength(1);
    world.admission.forgetPartition(0);
    world.nowMs += 60_000;
    world.limit('ep', 10, rate, false);
    expect(world.ask('ep', { isPutBack: true }).fate).toBe('deferred');
  });

  it('holds at once for what was started before it was changed', () => {
    const world = new World();
    world.limit('ep', 10, { max: 5, perSeconds: 10 });
    for (let count = 0; count < 4; count++) world.ask('ep');
    world.limit('ep', 10, { max: 3, perSeconds: 10 });
    expect(world.ask('ep')).toMatchObject({ fate: 'deferred', dueAtMs: world.nowMs + 10_000 });
  });
});

describe('the pool', () => {
  const hanging = names(600, 'hanging');
  const flood = (world: World, tenantOf: (index: number) => string) => {
    for (let round = 0; round < 12; round++)
      hanging.forEach((endpointId, index) =>
        world.ask(endpointId, { tenant: tenantOf(index), partition: index % 8 }),
      );
  };

  it.each([
    ['one tenant', 1],
    ['three tenants', 3],
    ['six hundred tenants', 600],
  ])('always has a place for those that answer, with 600 hanging endpoints of %s', (_, tenants) => {
    const world = new World();
    const good = names(20, 'good');
    for (const endpointId of good) world.prove([endpointId], 't_0');
    world.prove(['other'], 'other');
    flood(world, (index) => `t_${index % tenants}`);
    for (const endpointId of good) expect(world.ask(endpointId, { tenant: 't_0' }).fate).toBe('started');
    expect(world.ask('other', { tenant: 'other' }).fate).toBe('started');
    expect(world.admission.inFlight).toBeLessThanOrEqual(768 + 21);
  });

  it.each([1, 5, 500])(
    'has a place for what is new beside 500 new ones that hang, of %i tenants',
    (tenants) => {
      const world = new World({ total: 2_048 });
      for (let round = 0; round < 12; round++)
        hanging
          .slice(0, 500)
          .forEach((endpointId, index) => world.ask(endpointId, { tenant: `t_${index % tenants}` }));
      const good = names(20, 'good');
      for (const endpointId of good) expect(world.ask(endpointId, { tenant: 'other' }).fate).toBe('started');
      if (tenants > 1)
        for (const endpointId of good) expect(world.ask(endpointId, { tenant: 't_1' }).fate).toBe('started');
    },
  );

  it('gives a new endpoint a quarter of its places until an attempt of it has ended, unless there is room', () => {
    const world = new World({ total: 80 });
    const startedOf = (endpointId: string) => {
      for (let count = 0; count < 10; count++) world.ask(endpointId, { tenant: endpointId });
      return world.inFlight.filter((item) => item.endpointId === endpointId).length;
    };
    expect(startedOf('first')).toBe(10);
    expect(startedOf('second')).toBe(2);
    world.finish(world.inFlight.at(-1)!, { ok: false, durationMs: 5 });
    expect(world.inFlight.filter(({ endpointId }) => endpointId === 'second')).toHaveLength(9);
  });

  it('has a place for those that answer even where hanging ones put their tenant beyond its share', () => {
    const world = new World();
    world.prove(['good']);
    for (const tenant of ['default', 'b', 'c', 'd'])
      for (const endpointId of names(100, tenant))
        for (let count = 0; count < 10; count++) world.ask(endpointId, { tenant });
    const ofDefault = world.inFlight.filter(({ tenant }) => tenant === 'default').length;
    expect(ofDefault).toBeGreaterThan(world.total - world.admission.inFlight);
    expect(world.ask('good').fate).toBe('started');
    expect(world.ask('good').fate).toBe('queued'); // one at a time, until its tenant has room again
  });

  it('gives those that have begun to hang little of what is reserved', () => {
    const world = new World();
    for (const endpointId of hanging.slice(0, 60)) world.prove([endpointId], endpointId);
    world.prove(['good'], 'good');
    for (const endpointId of hanging.slice(60)) world.ask(endpointId, { tenant: endpointId });
    for (let round = 0; round < 12; round++)
      for (const endpointId of hanging) world.ask(endpointId, { tenant: endpointId });
    expect(world.admission.inFlight).toBeLessThanOrEqual(768 + 2 * 60);
    expect(world.ask('good', { tenant: 'good' }).fate).toBe('started');
  });

  it('lets an unproven endpoint in, however busy the proven ones are', () => {
    const world = new World({ total: 16 });
    const good = names(16, 'good');
    good.forEach((endpointId) => world.prove([endpointId], endpointId));
    for (let round = 0; round < 3; round++)
      for (const endpointId of good) world.ask(endpointId, { tenant: endpointId });
    const late = world.ask('new', { tenant: 'new' });
    for (let turn = 0; turn < 40 && late.fate === 'queued'; turn++) {
      const [oldest] = world.inFlight;
      world.finish(oldest!);
      world.ask(oldest!.endpointId, { tenant: oldest!.tenant });
    }
    expect(late.fate).toBe('started');
  });

  it('has fewer places while this process is what holds things up, and all of them again afterwards', () => {
    const world = new World({ total: 1_024 });
    const endpointIds = names(40);
    world.prove(endpointIds);
    for (const endpointId of endpointIds) for (let count = 0; count < 20; count++) world.ask(endpointId);
    const before = world.inFlight.length;
    expect(before).toBeGreaterThan(300);
    world.sweep(50, true);
    // from nobody is a place taken, but what becomes free beyond the fewer is not given away
    expect(world.inFlight).toHaveLength(before);
    while (world.inFlight.length > 64) {
      const { length } = world.inFlight;
      world.finish(world.inFlight[0]!);
      expect(world.inFlight).toHaveLength(length - 1);
    }
    for (let count = 0; count < 20; count++) {
      world.finish(world.inFlight[0]!);
      expect(world.inFlight.length).toBeLessThanOrEqual(64);
      expect(world.inFlight.length).toBeGreaterThanOrEqual(48); // the reserve is for endpoints without a place
    }
    world.sweep(50, true);
    const queued = world.of('queued').length;
    world.sweep(50, false);
    expect(world.inFlight.length).toBeGreaterThan(64);
    expect(world.of('queued').length).toBeLessThan(queued);
    expect(world.admission.inFlight).toBe(world.inFlight.length);
  });

  it('works with a single place', () => {
    const world = new World({ total: 1 });
    const items = [world.ask('a'), world.ask('b'), world.ask('a')];
    while (world.inFlight[0]) world.finish(world.inFlight[0], { ok: false });
    expect(items.every(({ fate }) => fate === 'finished')).toBe(true);
  });
});

describe('room', () => {
  const endpoint = { tenant: 'default', endpointId: 'ep', partition: 0 };
  const room = (world: World) => world.admission.room(endpoint, world.limitsOf('ep'), world.nowMs);

  it('is what can be brought without being deferred at once', () => {
    const world = new World();
    const brought = room(world);
    expect(brought).toBe(310);
    for (let count = 0; count < brought; count++) world.ask('ep', { isPutBack: true });
    expect(world.of('deferred')).toHaveLength(0);
    expect(room(world)).toBe(0);
  });

  it('counts what is on its way, until it is lost', () => {
    const world = new World();
    room(world);
    world.admission.expecting('ep', 300, world.nowMs);
    expect(room(world)).toBe(10);
    world.ask('ep', { isPutBack: true });
    expect(room(world)).toBe(10);
    world.nowMs += 10_000;
    world.finish(world.inFlight[0]!, { durationMs: 10 });
    expect(room(world)).toBe(310);
  });

  it('goes by the tokens of a rate limit', () => {
    const world = new World();
    world.limit('ep', 10, { max: 4, perSeconds: 1 });
    expect(room(world)).toBe(4);
    for (let count = 0; count < 4; count++) world.ask('ep');
    expect(room(world)).toBe(0);
    world.nowMs += 500;
    expect(room(world)).toBe(4); // they will be there within half a second
    world.limit('taken-over', 10, { max: 4, perSeconds: 1 }, false);
    const other = { ...endpoint, endpointId: 'taken-over' };
    const limits = world.limitsOf('taken-over');
    expect(world.admission.room(other, limits, world.nowMs)).toBe(0);
    expect(world.admission.room(other, limits, world.nowMs + 1_000)).toBe(4);
  });

  it('is none while the pool has no place for it', () => {
    const world = new World({ total: 16 });
    for (const endpointId of names(16)) world.ask(endpointId, { tenant: endpointId });
    expect(room(world)).toBe(0);
  });
});

describe('what is remembered', () => {
  it('is dropped for endpoints that nothing was heard of, but for those with a rate', () => {
    const world = new World();
    for (const endpointId of names(2_000)) world.finish(world.ask(endpointId));
    world.limit('rated', 1, { max: 1, perSeconds: 1 });
    world.finish(world.ask('rated'));
    const busy = world.ask('busy');
    world.nowMs += 600_000;
    for (let sweep = 0; sweep < 20; sweep++) world.sweep();
    expect(world.admission.knownEndpoints).toBe(2);
    world.finish(busy);
    expect(world.admission.held).toBe(0);
  });

  it('says so when something is finished twice', () => {
    const world = new World();
    const item = world.ask('ep');
    world.finish(item);
    expect(() => world.admission.finished(item, null, world.nowMs)).toThrow('without having been started');
  });

  it('takes no attempt for no answer', () => {
    const world = new World();
    world.prove(['ep']);
    world.nowMs += 5_000;
    world.finish(world.ask('ep'), null);
    const items = Array.from({ length: 100 }, () => world.ask('ep'));
    expect(items.every(({ fate }) => fate !== 'deferred')).toBe(true);
  });
});
