import { describe, expect, it } from '@jest/globals';
import type { TakenMessage } from './inbox-store.js';
import { nextStep } from './next-step.js';

const limits = { maxAttempts: 3, gapWaitMs: 60_000 };

function message(changes: Partial<TakenMessage>): TakenMessage {
  return {
    id: 'a',
    type: 'order.created',
    headers: {},
    body: Buffer.alloc(0),
    order: { key: 'c_1', sequence: 5 },
    attemptNumber: 1,
    ageMs: 0,
    lastSequence: 4,
    ...changes,
  };
}

describe('the next step with a message', () => {
  it.each<[string, Partial<TakenMessage>, ReturnType<typeof nextStep>]>([
    ['it follows the last', {}, { kind: 'run', notice: null }],
    ['it has no order', { order: null, lastSequence: null }, { kind: 'run', notice: null }],
    ['it is the first of its key', { lastSequence: null }, { kind: 'run', notice: null }],
    ['one is missing', { lastSequence: 3 }, { kind: 'wait', waitMs: 5_000 }],
    ['one is missing for long', { lastSequence: 3, ageMs: 59_000 }, { kind: 'wait', waitMs: 1_000 }],
    [
      'one is missing for too long',
      { lastSequence: 2, ageMs: 60_000 },
      { kind: 'run', notice: { kind: 'gap', key: 'c_1', from: 3, to: 4 } },
    ],
    [
      'the gap was told before',
      { lastSequence: 2, ageMs: 60_000, attemptNumber: 2 },
      { kind: 'run', notice: null },
    ],
    [
      'later ones went before',
      { lastSequence: 5 },
      { kind: 'run', notice: { kind: 'late', key: 'c_1', sequence: 5 } },
    ],
    ['it was left by processes that died', { attemptNumber: 4 }, { kind: 'give-up' }],
    ['it is the last attempt', { attemptNumber: 3 }, { kind: 'run', notice: null }],
  ])('when %s', (_, changes, step) => {
    expect(nextStep(message(changes), limits)).toEqual(step);
  });
});
