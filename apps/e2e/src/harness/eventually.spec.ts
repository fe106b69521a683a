import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

/** Says these one after the other, then the last of them for ever. */
function saying<T>(...answers: readonly T[]): () => T {
  let asked = 0;
  return () => answers[Math.min(asked++, answers.length - 1)] as T;
}

describe('what is asked until there is an answer', () => {
  it('does not take for one that there is nothing yet', async () => {
    expect(await eventually(saying<string[] | null>(null, [], [], ['row']), 'a row')).toEqual(['row']);
    expect(await eventually(saying<string | undefined>(undefined, 'it'), 'it')).toBe('it');
  });

  it('says in vain what it was asked for', async () => {
    await expect(eventually(() => [], 'a row', { timeoutMs: 20 })).rejects.toThrow('20 ms for a row');
  });
});
