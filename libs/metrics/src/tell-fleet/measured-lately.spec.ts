import { beforeEach, describe, expect, it } from '@jest/globals';
import { MeasuredLately } from './measured-lately.js';

describe('MeasuredLately', () => {
  let nowMs: number;
  let asked: PromiseWithResolvers<string>[];
  let lately: MeasuredLately<string>;
  beforeEach(() => {
    nowMs = 0;
    asked = [];
    lately = new MeasuredLately(
      () => {
        const answer = Promise.withResolvers<string>();
        asked.push(answer);
        return answer.promise;
      },
      () => nowMs,
    );
  });

  async function answered(value: string): Promise<void> {
    asked.at(-1)?.resolve(value);
    await new Promise((resolve) => setImmediate(resolve));
  }

  it('measures once for all who ask, and not at all while nobody does', async () => {
    expect(asked).toHaveLength(0);
    const all = Promise.all([lately.now(), lately.now(), lately.now()]);
    await answered('first');
    expect(new Set((await all).map(({ value }) => value))).toEqual(new Set(['first']));
    nowMs = 3_999;
    expect(await lately.now()).toEqual({ atMs: 0, value: 'first' });
    expect(asked).toHaveLength(1);
  });

  it('shows what it has while it measures again, and for a minute', async () => {
    const first = lately.now();
    await answered('first');
    await first;
    nowMs = 4_000;
    expect((await lately.now()).value).toBe('first');
    expect((await lately.now()).value).toBe('first');
    expect(asked).toHaveLength(2);
    await answered('second');
    expect(await lately.now()).toEqual({ atMs: 4_000, value: 'second' });
    nowMs = 100_000;
    const third = lately.now();
    await answered('third');
    expect((await third).value).toBe('third');
  });

  it('rests ten times as long as it worked', async () => {
    const first = lately.now();
    nowMs = 2_000;
    await answered('first');
    await first;
    nowMs = 21_999;
    await lately.now();
    expect(asked).toHaveLength(1);
    nowMs = 22_000;
    await lately.now();
    expect(asked).toHaveLength(2);
  });

  it('says that it cannot be known once what it has is too old, and tries again', async () => {
    const first = lately.now();
    await answered('first');
    await first;
    nowMs = 30_000;
    expect((await lately.now()).value).toBe('first');
    asked.at(-1)?.reject(new Error('away'));
    await new Promise((resolve) => setImmediate(resolve));
    nowMs = 64_000;
    const failing = lately.now();
    asked.at(-1)?.reject(new Error('still away'));
    await expect(failing).rejects.toThrow('still away');
    const again = lately.now();
    await answered('back');
    expect((await again).value).toBe('back');
    expect(asked).toHaveLength(4);
  });
});
