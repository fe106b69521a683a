import { describe, expect, test } from '@jest/globals';
import type { RequestRecord } from '../receive-requests/receiver-journal.js';
import { checkEvidence } from './check-evidence.js';
import type { Allowance } from './evidence.js';
import { deliveryIdOf, goodEvidence, idOf, outcome, type Doctored } from './evidence.fixture.js';

const strict: Allowance = { duplicates: 'in-flight', mustRefuse: false };
const either: Allowance = { duplicates: 'any', mustRefuse: false };

/** One after the other, of one key; the third one dies. */
const [first, second, dropped, last] = [8, 9, 10, 11].map(idOf) as [string, string, string, string];

function complaintsOf(change: (evidence: Doctored) => void, allowance = strict): string[] {
  const evidence = goodEvidence();
  change(evidence);
  return checkEvidence(evidence, allowance).complaints.map(({ check }) => check);
}

/** The attempts of an event at the ordered endpoint, each with a change. */
function change(
  evidence: Doctored,
  eventId: string,
  changed: (request: RequestRecord) => Partial<RequestRecord>,
): void {
  evidence.requests = evidence.requests.map((request) =>
    request.endpoint === 'ordered' && request.eventId === eventId
      ? { ...request, ...changed(request) }
      : request,
  );
}

function lastRequestOf({ requests }: Doctored, eventId: string): RequestRecord {
  const found = requests.findLast((request) => request.endpoint === 'ordered' && request.eventId === eventId);
  if (!found) throw new Error(`nothing was received of ${eventId}`);
  return found;
}

const moved = (byMs: number) => (request: RequestRecord) => ({
  startedAtMs: request.startedAtMs + byMs,
  endedAtMs: request.endedAtMs + byMs,
});

describe('the checker of what is ordered', () => {
  test('sees two events of a key in the wrong order', () => {
    const complaints = complaintsOf((all) => change(all, second, moved(2_500)));
    expect(complaints).toContain('the first successes of a key come in the order of acceptance');
    expect(complaints).toContain('an event of a key waits until the one before it has ended');
  });

  test('sees an event go out before the one that dies before it', () => {
    expect(complaintsOf((all) => change(all, last, moved(-1_500)))).toEqual([
      'an event of a key waits until the one before it has ended',
    ]);
  });

  test('sees two requests of a key at once, also by less than an answer', () => {
    const complaints = complaintsOf((all) => {
      const { endedAtMs } = lastRequestOf(all, first);
      const { startedAtMs } = lastRequestOf(all, second);
      change(all, second, moved(endedAtMs - startedAtMs - 1));
    });
    expect(complaints).toEqual(['there is one request of a key at a time']);
  });

  test('sees a number that is left out, from there on', () => {
    const complaints = complaintsOf((all) => {
      for (const id of [second, dropped, last])
        change(all, id, ({ sequence }) => ({ sequence: (sequence ?? 0) + 1 }));
    });
    expect(complaints).toEqual(['a request has the number of its turn']);
  });

  test('sees that another has the number of a dead one', () => {
    expect(complaintsOf((all) => change(all, last, () => ({ sequence: 3 })))).toEqual([
      'a request has the number of its turn',
    ]);
  });

  test('sees an attempt with another number than its delivery', () => {
    expect(
      complaintsOf((all) => {
        const request = lastRequestOf(all, last);
        all.requests.splice(all.requests.indexOf(request), 1, { ...request, sequence: null });
      }),
    ).toEqual(['a request has the number of its turn']);
  });

  test('sees a number where there is no order', () => {
    const told = ['there is a number only where there is an order'];
    expect(complaintsOf((all) => change(all, idOf(12), () => ({ sequence: 1 })))).toEqual(told);
    expect(
      complaintsOf(({ requests }) => (requests[0] = { ...requests[0]!, orderingKey: 'a', sequence: 1 })),
    ).toEqual(told);
  });

  test('sees that the log has another number, or at the end none', () => {
    for (const ordering of [{ key: 'a', sequence: 9 }, { key: 'a' }]) {
      expect(
        complaintsOf(({ facts }) => {
          const index = facts.findIndex(
            ({ fact }) =>
              fact.fact === 'delivery.died' && fact.deliveryId === deliveryIdOf(dropped, 'ordered'),
          );
          const stored = facts[index]!;
          if (stored.fact.fact !== 'delivery.died') throw new Error('no end');
          facts[index] = { ...stored, fact: { ...stored.fact, ordering } };
        }),
      ).toEqual(['the log has the numbers of each key, without a gap']);
    }
  });

  test('sees that a dead one has no number in the table', () => {
    for (const told of [[], [null], ['4']]) {
      const evidence = goodEvidence();
      evidence.sequences = new Map(evidence.sequences).set(deliveryIdOf(dropped, 'ordered'), told);
      expect(checkEvidence(evidence, strict)).toMatchObject({
        complaints: [{ check: 'the table has the numbers of each key, without a gap' }],
        tablesAgree: false,
      });
    }
  });

  test('sees one that is held for ever, and calls it pending', () => {
    const evidence = goodEvidence();
    const id = deliveryIdOf(last, 'ordered');
    const request = lastRequestOf(evidence, last);
    evidence.requests = evidence.requests.filter(({ deliveryId }) => deliveryId !== id);
    evidence.facts = evidence.facts.filter(({ fact }) => !('deliveryId' in fact && fact.deliveryId === id));
    const deferred = outcome('delivery.deferred', request);
    if (deferred.fact !== 'delivery.deferred') throw new Error('not deferred');
    const { attempt: _, ...held } = deferred;
    evidence.facts.push({ fact: held, storedAtMs: request.startedAtMs });
    const { complaints } = checkEvidence(evidence, strict);
    expect(complaints.find(({ check }) => check === 'every delivery ends')?.examples).toEqual([
      `${id} is pending`,
    ]);
  });

  test('sees events of a key stored in another order than they were acknowledged', () => {
    expect(
      complaintsOf(({ events }) => {
        const place = events.findIndex(({ id }) => id === first);
        events[place] = { ...events[place]!, id: second };
        events[place + 1] = { ...events[place + 1]!, id: first };
      }),
    ).toContain('events of a key are stored in the order in which they were acknowledged');
  });

  test('sees that nothing was ordered', () => {
    expect(
      complaintsOf((all) => (all.events = all.events.filter(({ id }) => !id?.endsWith('-a')))),
    ).toContain('receivers get something in order');
  });

  describe('lets what a deliverer had in hand come again, and nothing else', () => {
    const deliverer = { what: 'deliverer', process: 'deliverer-1' } as const;
    /** Beside the last one of its key. */
    const againBesideLast =
      (eventId: string, disturb: (request: RequestRecord) => Doctored['disturbances']) => (all: Doctored) => {
        const request = lastRequestOf(all, eventId);
        const { startedAtMs, endedAtMs } = lastRequestOf(all, last);
        all.requests.push({ ...request, startedAtMs, endedAtMs });
        all.disturbances.push(...disturb(request));
      };

    test('when it was killed in the middle', () => {
      const kill = againBesideLast(second, ({ startedAtMs }) => [
        { ...deliverer, how: 'killed', atMs: startedAtMs + 5 },
      ]);
      expect(complaintsOf(kill)).toEqual([]);
    });

    test('when it was stopped, whichever of the two sent first', () => {
      for (const afterMs of [5, -100]) {
        const freeze = againBesideLast(second, ({ startedAtMs }) => [
          { ...deliverer, how: 'frozen', atMs: startedAtMs + afterMs },
        ]);
        expect(complaintsOf(freeze, either)).toEqual([]);
      }
    });

    test('not another one of the same key', () => {
      const freeze = (all: Doctored) => {
        const { startedAtMs } = lastRequestOf(all, second);
        againBesideLast(first, () => [{ ...deliverer, how: 'frozen', atMs: startedAtMs + 5 }])(all);
      };
      expect(complaintsOf(freeze, either)).toEqual([
        'of a key only what a deliverer had in hand is repeated',
      ]);
    });

    test('not before it was stopped', () => {
      const freeze = againBesideLast(dropped, () => [{ ...deliverer, how: 'frozen', atMs: 30_000 }]);
      expect(complaintsOf(freeze, either)).toEqual([
        'of a key only what a deliverer had in hand is repeated',
      ]);
    });

    test('nor two that were not received before', () => {
      const complaints = complaintsOf((all) => {
        const { startedAtMs, endedAtMs } = lastRequestOf(all, first);
        change(all, second, () => ({ startedAtMs: startedAtMs + 2, endedAtMs: endedAtMs + 2 }));
        all.disturbances.push({ ...deliverer, how: 'frozen', atMs: startedAtMs });
      }, either);
      expect(complaints).toContain('there is one request of a key at a time');
    });
  });
});
