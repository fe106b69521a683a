import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventLedger } from './event-ledger.js';

const empty = { base: 0, toldBits: new Uint8Array() };

/** As a process that takes over: only what is stored, and EVENTS once more from there. */
function restored(ledger: EventLedger, tenantOf: (seq: number) => string | undefined): EventLedger {
  const state = ledger.state();
  const again = new EventLedger(state, new Map());
  for (let seq = state.base + 1; seq <= ledger.readTo; seq++) {
    const tenant = tenantOf(seq);
    if (tenant !== undefined) again.accept(seq, tenant);
  }
  again.readOn(ledger.readTo);
  return again;
}

describe('the first equation', () => {
  it('finds exactly what the log does not tell of, in any order, twice told, over restarts', () => {
    const events = fc.array(
      fc.record({
        /** `null`: nothing is at this position any more. */
        tenant: fc.constantFrom('a', 'b', null),
        isTold: fc.boolean(),
        toldAt: fc.nat(100),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(events, fc.nat(60), fc.nat(60), fc.boolean(), (all, read, floor, restarts) => {
        const tenantOf = (seq: number) => all[seq - 1]?.tenant ?? undefined;
        let ledger = new EventLedger(empty, new Map());
        const upTo = Math.min(read, all.length);
        for (let seq = 1; seq <= upTo; seq++) {
          const tenant = tenantOf(seq);
          if (tenant !== undefined) ledger.accept(seq, tenant);
        }
        ledger.readOn(upTo);
        const there = all.flatMap((event, index) =>
          event.tenant !== null && index < upTo ? [{ ...event, seq: index + 1 }] : [],
        );
        const told = there.filter(({ isTold }) => isTold).sort((a, b) => a.toldAt - b.toldAt);
        told.forEach(({ seq }, index) => {
          expect(ledger.tell(seq)).toBe('told');
          expect(ledger.tell(seq)).toBe('repeated');
          if (restarts && index % 3 === 0) ledger = restored(ledger, tenantOf);
        });
        const untold = there.filter(({ isTold }) => !isTold);
        const isLost = ({ seq }: { seq: number }) => seq <= floor;
        expect(ledger.settle(floor)).toEqual(
          untold.filter(isLost).map(({ seq, tenant }) => ({ seq, tenant })),
        );
        const awaiting = untold.filter((event) => !isLost(event));
        const counts = Object.fromEntries(ledger.awaiting());
        expect(counts['a'] ?? 0).toBe(awaiting.filter(({ tenant }) => tenant === 'a').length);
        expect(counts['b'] ?? 0).toBe(awaiting.filter(({ tenant }) => tenant === 'b').length);
      }),
    );
  });

  it('takes back that an event is lost when the log tells of it after all', () => {
    const ledger = new EventLedger(empty, new Map());
    ledger.accept(1, 'a');
    expect(ledger.settle(1)).toEqual([{ seq: 1, tenant: 'a' }]);
    ledger.remember(1, 'a');
    expect([ledger.lostBy(1), ledger.tell(1), ledger.tell(1)]).toEqual(['a', 'found', 'repeated']);
  });

  it('takes a fate before it has read of the event', () => {
    const ledger = new EventLedger(empty, new Map());
    expect(ledger.tell(3)).toBe('told');
    ledger.accept(1, 'a');
    ledger.accept(3, 'a');
    expect(Object.fromEntries(ledger.awaiting())).toEqual({ a: 1 });
    expect(ledger.settle(3)).toEqual([{ seq: 1, tenant: 'a' }]);
  });

  it('holds no more than what is not decided, over many events', () => {
    const ledger = new EventLedger(empty, new Map());
    for (let seq = 1; seq <= 150_000; seq++) {
      ledger.accept(seq, 'a');
      if (seq > 1) ledger.tell(seq - 1);
      if (seq % 10_000 === 0) ledger.letGo(1_000);
    }
    expect(ledger.decidedTo).toBe(149_000);
    expect(ledger.state().toldBits.length).toBeLessThan(200);
  });

  it('goes on where a stream that was lost begins again, however far that is', () => {
    const ledger = new EventLedger(empty, new Map());
    const far = 1_796_000_000_000;
    for (const seq of [1, 2, 3]) ledger.accept(seq, 'a');
    ledger.tell(1);
    expect(ledger.passOver(far)).toEqual([
      { seq: 2, tenant: 'a' },
      { seq: 3, tenant: 'a' },
    ]);
    ledger.remember(3, 'a');
    // what was told before the loss comes late
    expect([ledger.tell(3), ledger.tell(4)]).toEqual(['found', 'repeated']);
    ledger.accept(far + 1, 'a');
    ledger.accept(far + 2, 'a');
    ledger.tell(far + 2);
    expect(ledger.state()).toEqual({ base: far, toldBits: new Uint8Array([2]) });
    expect(ledger.settle(far + 2)).toEqual([{ seq: far + 1, tenant: 'a' }]);
  });
});
