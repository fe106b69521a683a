import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface WaitOptions {
  readonly timeoutMs?: number;
  /** What is waited for, for the error: `the event to be delivered`. */
  readonly describe?: string;
}

/** Whether something comes is asked, not when: a busy machine takes its time, and who waits in vain waits seldom. */
export const waitPatienceMs = 30_000;

/**
 * Asks again and again, after 5 to 50 ms, until the answer is truthy, and returns it. A condition that throws
 * counts as not yet.
 * @throws Error with the description and the last answer
 */
export async function waitUntil<T>(condition: () => T | Promise<T>, options: WaitOptions = {}): Promise<T> {
  const { timeoutMs = waitPatienceMs, describe = 'the condition' } = options;
  const deadlineMs = Date.now() + timeoutMs;
  let last: unknown;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    try {
      const answer = await condition();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadlineMs) {
      throw new Error(`Waited ${timeoutMs} ms for ${describe}; last: ${inspect(last, { depth: 4 })}`);
    }
    await sleep(pauseMs);
  }
}
