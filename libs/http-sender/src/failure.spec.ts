import { describe, expect, it } from '@jest/globals';
import { SendFailure, sendError } from './failure.js';

describe('what carries a failure through undici', () => {
  it('has no stack, which every socket destroyed with it would have formatted', () => {
    const { stackTraceLimit } = Error;
    const failure = new SendFailure(sendError('timeout', 'not complete'));
    expect(failure.message).toBe('not complete');
    expect(failure.stack).not.toContain('\n');
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
    expect(new Error('another').stack).toContain('\n');
  });
});
