import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EndpointGate } from './endpoint-gate.js';

/** Work that runs until it is told to end. */
function work(gate: EndpointGate, endpointId: string) {
  const state = { running: false, end: () => undefined as void };
  const done = gate.run(endpointId, async () => {
    state.running = true;
    await new Promise<void>((resolve) => (state.end = resolve));
    state.running = false;
  });
  return { state, done, endpointId };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('EndpointGate', () => {
  it('holds an endpoint to its own limit while others pass', async () => {
    const gate = new EndpointGate({ perEndpoint: 2, total: 10 });
    const slow = Array.from({ length: 5 }, () => work(gate, 'slow'));
    const fast = work(gate, 'fast');
    await settled();
    expect(slow.map(({ state }) => state.running)).toEqual([true, true, false, false, false]);
    expect(fast.state.running).toBe(true);
    slow[0]?.state.end();
    await settled();
    expect(slow.map(({ state }) => state.running)).toEqual([false, true, true, false, false]);
  });

  it('gives a free place to the next endpoint in turn, not to the longest queue', async () => {
    const gate = new EndpointGate({ perEndpoint: 2, total: 2 });
    const crowd = Array.from({ length: 4 }, () => work(gate, 'crowd'));
    const late = work(gate, 'late');
    await settled();
    crowd[0]?.state.end();
    await settled();
    crowd[1]?.state.end();
    await settled();
    expect(late.state.running).toBe(true);
  });

  it('frees the place of work that fails', async () => {
    const gate = new EndpointGate({ perEndpoint: 1, total: 1 });
    await expect(gate.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.run('a', () => Promise.resolve('yes'))).resolves.toBe('yes');
    expect(gate.inFlight).toBe(0);
  });

  it('never exceeds a limit, never leaves a place empty that someone could have, and runs everything', async () => {
    const script = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        const gate = new EndpointGate({ perEndpoint: 2, total: 4 });
        const all: ReturnType<typeof work>[] = [];
        const check = () => {
          const running = all.filter(({ state }) => state.running);
          const of = (id: string) => running.filter(({ endpointId }) => endpointId === id).length;
          const waiting = all.filter((one) => !one.state.running && !ended.has(one));
          expect(running.length).toBeLessThanOrEqual(4);
          for (const id of ['a', 'b', 'c']) expect(of(id)).toBeLessThanOrEqual(2);
          for (const { endpointId } of waiting)
            expect(running.length === 4 || of(endpointId) === 2).toBe(true);
        };
        const ended = new Set<(typeof all)[number]>();
        const endOne = async () => {
          const one = all.find(({ state }) => state.running);
          if (!one) return;
          ended.add(one);
          one.state.end();
          await one.done;
        };
        for (const [id, ends] of steps) {
          all.push(work(gate, id));
          await settled();
          if (ends) await endOne();
          await settled();
          check();
        }
        while (ended.size < all.length) {
          await endOne();
          await settled();
        }
        expect(gate.inFlight).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
