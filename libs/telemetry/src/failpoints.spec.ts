import { describe, expect, test } from '@jest/globals';
import { Failpoints, readFailpoints, type Failpoint, type FailpointEffects } from './failpoints.js';

function recorded(random = 0) {
  const done: string[] = [];
  const effects: FailpointEffects = {
    random: () => random,
    exit: () => void done.push('exit'),
    pause: async (ms) => void done.push(`pause ${ms}`),
  };
  return { done, effects };
}

const read = (text: string): readonly Failpoint[] => {
  const result = readFailpoints(text);
  if (!result.ok) throw new Error(result.faults.join());
  return result.failpoints;
};

describe('failpoints', () => {
  test('are read from one line', () => {
    expect(read('deliverer.after-post=exit@0.05, dispatcher.after-fact=pause:200')).toEqual([
      { name: 'deliverer.after-post', action: { kind: 'exit' }, probability: 0.05 },
      { name: 'dispatcher.after-fact', action: { kind: 'pause', ms: 200 }, probability: 1 },
    ]);
    expect(read('')).toEqual([]);
  });

  test.each([
    ['deliverer.before-lunch=exit', 'the names are'],
    ['deliverer.after-post=explode', 'the actions are'],
    ['deliverer.after-post=pause:soon', 'the actions are'],
    ['deliverer.after-post=exit@2', 'a probability'],
    ['deliverer.after-post=exit@0', 'a probability'],
    ['deliverer.after-post', 'the names are'],
  ])('%s is refused in a word', (text, word) => {
    expect(readFailpoints(`scheduler.after-publish=exit,${text}`)).toEqual({
      ok: false,
      faults: [expect.stringContaining(word)],
    });
  });

  test('nothing happens where nothing is wanted', () => {
    const { done, effects } = recorded();
    const failpoints = new Failpoints(read('deliverer.after-post=exit'), effects);
    expect(failpoints.hit('deliverer.after-outcome')).toBeUndefined();
    expect(new Failpoints([], effects).hit('deliverer.after-post')).toBeUndefined();
    expect(done).toEqual([]);
  });

  test('a pause is waited for, an exit is never returned from', async () => {
    const { done, effects } = recorded();
    const failpoints = new Failpoints(
      read('deliverer.after-post=pause:30,scheduler.after-publish=exit'),
      effects,
    );
    await failpoints.hit('deliverer.after-post');
    const exit = failpoints.hit('scheduler.after-publish');
    await expect(Promise.race([exit, Promise.resolve('still there')])).resolves.toBe('still there');
    expect(done).toEqual(['pause 30', 'exit']);
  });

  test('a probability is asked for at each hit', () => {
    const points = read('deliverer.after-post=exit@0.25');
    const below = recorded(0.24);
    void new Failpoints(points, below.effects).hit('deliverer.after-post');
    const above = recorded(0.25);
    void new Failpoints(points, above.effects).hit('deliverer.after-post');
    expect([below.done, above.done]).toEqual([['exit'], []]);
  });
});
