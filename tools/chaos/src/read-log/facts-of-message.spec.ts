import { describe, expect, test } from '@jest/globals';
import { factsOfMessage } from './facts-of-message.js';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe('a message of LOG', () => {
  const fact = { v: 1, fact: 'event.unmatched', eventSeq: 7 };

  test('holds one fact, or an array of them', () => {
    expect(factsOfMessage(bytes(fact))).toEqual([fact]);
    expect(factsOfMessage(bytes([fact, fact]))).toEqual([fact, fact]);
  });

  test('what is not known is passed over', () => {
    expect(factsOfMessage(bytes([{ v: 1, fact: 'event.praised' }, fact, null]))).toEqual([fact]);
  });
});
