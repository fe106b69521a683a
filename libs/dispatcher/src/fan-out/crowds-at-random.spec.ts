import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ack, type IncomingMessage, type Outcome } from '@postel/jetstream';
import { createMeters } from '@postel/telemetry';
import fc from 'fast-check';
import { Crowds } from './crowds.js';
import { FanOutInTurn, type PendingEvent } from './fan-out-in-turn.js';

const limits = { ofType: 5, ofTenant: 12, underWay: 20, aside: 60, asideBytes: 400 };

interface Step {
  readonly types: readonly string[];
  readonly tenant: string;
  readonly behind: number;
  readonly takesMs: number;
  readonly fails: boolean;
  readonly reconnects: boolean;
  readonly thenPassesMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  types: fc.array(fc.constantFrom('a.a', 'b.b', 'c.c'), { minLength: 1, maxLength: 60 }),
  tenant: fc.constantFrom('one', 'two'),
  behind: fc.constantFrom(0, 1, 500),
  takesMs: fc.constantFrom(0, 1, 40),
  fails: fc.boolean(),
  reconnects: fc.boolean(),
  thenPassesMs: fc.constantFrom(0, 1, 30, 2_000),
});

describe('FanOutInTurn, whatever comes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('fans each event out once or gives it back, in the order of its type, and forgets it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (steps, several) => {
          const crowds = new Crowds<PendingEvent>(limits, () => several);
          const fannedOut: number[] = [];
          const outcomes = new Map<number, string>();
          const typeOf = new Map<number, string>();
          let current = steps[0] as Step;
          const meters = createMeters({ processMetrics: false });
          let sinceMs = 1;
          const handle = (batch: readonly IncomingMessage[]) => {
            const { fails, takesMs } = current;
            fannedOut.push(...batch.map(({ seq }) => seq));
            if (fails) return Promise.reject(new Error('fault'));
            return Promise.resolve(
              batch.map(() => new Promise<Outcome>((resolve) => setTimeout(() => resolve(ack()), takesMs))),
            );
          };
          const inTurn = new FanOutInTurn(
            { handle, orderedAtMs: () => -Infinity },
            { sinceMs: () => sinceMs },
            crowds,
            () => true,
            meters,
            () => Date.now(),
          );
          let seq = 0;
          for (current of steps) {
            if (current.reconnects) sinceMs += 1;
            const { tenant, behind } = current;
            const batch = current.types.map((type) => {
              typeOf.set(++seq, `${tenant} ${type}`);
              const payload = Buffer.alloc(10);
              return { seq, subject: type, behind, storedAtMs: Date.now(), payload, header: () => tenant };
            }) as unknown as IncomingMessage[];
            void inTurn.handle(batch).then((handled) =>
              handled.forEach((outcome, index) => {
                const { seq: number } = batch[index] as IncomingMessage;
                void outcome
                  .catch((error: Error) => ({ kind: error.message }))
                  .then(({ kind }) => outcomes.set(number, outcomes.has(number) ? 'twice' : kind));
              }),
            );
            await jest.advanceTimersByTimeAsync(current.thenPassesMs);
          }
          current = { ...current, fails: false, takesMs: 1 };
          await jest.advanceTimersByTimeAsync(60_000);

          expect(
            [...new Set(outcomes.values())].filter((kind) => !/^(ack|retryAfter|fault)$/.test(kind)),
          ).toEqual([]);
          expect(outcomes.size).toBe(seq);
          const givenBack = [...outcomes]
            .filter(([, kind]) => kind === 'retryAfter')
            .map(([number]) => number);
          const sorted = [...fannedOut, ...givenBack].sort((a, b) => a - b);
          expect(sorted).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
          for (const type of new Set(typeOf.values())) {
            const ofType = fannedOut.filter((number) => typeOf.get(number) === type);
            expect(ofType).toEqual([...ofType].sort((a, b) => a - b));
          }
          expect([crowds.size, crowds.isFull, crowds.next]).toEqual([0, false, null]);
          expect((await meters.eventsWaiting.get()).values).toEqual([{ value: 0, labels: {} }]);
          const lane = crowds.enter('one', 'a.a');
          expect([lane.inWork, lane.tenant.inWork]).toEqual([1, 1]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
