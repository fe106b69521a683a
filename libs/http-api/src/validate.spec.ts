import { describe, expect, it } from '@jest/globals';
import { createEndpointRequest } from '@postel/contracts';
import { RefusalError } from './refusal-error.js';
import { validBody } from './validate.js';

function refusalOf(body: unknown): unknown {
  try {
    return validBody(createEndpointRequest, body);
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal.errors;
    throw error;
  }
}

describe('a custom header that is refused', () => {
  it.each([
    ['Host', 'a reserved header name'],
    ['webhook-id', 'a reserved header name'],
    ['x y', 'not a valid header name (RFC 9110)'],
  ])('%s: says what is wrong with its name', (name, message) => {
    expect(refusalOf({ url: 'https://example.com/', headers: { [name]: 'value' } })).toEqual([
      { path: `headers.${name}`, code: 'invalid_key', message },
    ]);
  });
});

describe('a retry policy that is refused', () => {
  const refused = (retry: unknown) => refusalOf({ url: 'https://example.com/', retry });

  it.each([
    [{ schedule: [1, -1] }, 'retry.schedule.1', 'too_small'],
    [{ schedule: [] }, 'retry.schedule', 'too_small'],
    [{ schedule: 5 }, 'retry.schedule', 'invalid_type'],
    [{ preset: 'mine' }, 'retry.preset', 'invalid_value'],
    [{ preset: 'standard-webhooks', maxAttempts: 3 }, 'retry.maxAttempts', 'unknown_field'],
    [{ schedule: [1], jitter: 0 }, 'retry.jitter', 'unknown_field'],
    [{ maxAttempts: 0 }, 'retry.maxAttempts', 'too_small'],
    [{ tries: 3 }, 'retry.tries', 'unknown_field'],
    ['often', 'retry', 'invalid_type'],
  ])('%j: says what is wrong with the form that was meant', (retry, path, code) => {
    expect(refused(retry)).toMatchObject([{ path, code }]);
  });

  it('says of too long a schedule that it is too long', () => {
    expect(refused({ schedule: Array(101).fill(1) })).toMatchObject([
      { path: 'retry.schedule', code: 'too_big' },
    ]);
  });

  it('says all that is wrong with it', () => {
    expect(refused({ maxAttempts: 0, jitter: 2, tries: 3 })).toMatchObject([
      { path: 'retry.maxAttempts' },
      { path: 'retry.jitter' },
      { path: 'retry.tries' },
    ]);
  });
});
