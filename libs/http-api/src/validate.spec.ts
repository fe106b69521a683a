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
