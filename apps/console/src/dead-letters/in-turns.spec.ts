import { describe, expect, it } from '@jest/globals';
import { inTurns } from './in-turns.js';

describe('what is done with each of many', () => {
  it('is done with the others where one fails', async () => {
    const refused = new Error('refused');
    const { done, failed } = await inTurns(['a', 'b', 'c'], 2, (item) =>
      item === 'b' ? Promise.reject(refused) : Promise.resolve(),
    );
    expect([...done].sort()).toEqual(['a', 'c']);
    expect(failed).toEqual([{ item: 'b', error: refused }]);
  });

  it('is done with no more at once than it should', async () => {
    let open = 0;
    let most = 0;
    await inTurns([1, 2, 3, 4, 5, 6], 2, async () => {
      most = Math.max(most, ++open);
      await Promise.resolve();
      open -= 1;
    });
    expect(most).toBe(2);
  });
});
