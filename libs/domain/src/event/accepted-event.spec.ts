import { describe, expect, it } from '@jest/globals';
import { composeEnvelope, sameEvent, type EnvelopeParts } from './accepted-event.js';

const parts: EnvelopeParts = { id: 'e', type: 'a.b', createdSec: 1, data: '{"object":{"n":1.0}}' };

function stored(changes: Partial<EnvelopeParts> = {}): Uint8Array {
  return Buffer.from(composeEnvelope({ ...parts, ...changes }));
}

describe('sameEvent', () => {
  it('compares type, data and relatedObjects as they were written', () => {
    expect(sameEvent(stored(), stored())).toBe(true);
    expect(sameEvent(stored(), stored({ type: 'a.c' }))).toBe(false);
    expect(sameEvent(stored(), stored({ data: '{"object":{"n":1}}' }))).toBe(false);
    expect(sameEvent(stored(), stored({ relatedObjects: '{}' }))).toBe(false);
    expect(sameEvent(stored({ relatedObjects: '{}' }), stored({ relatedObjects: '{}', createdSec: 2 }))).toBe(
      true,
    );
  });

  it('compares the time only when asked', () => {
    expect(sameEvent(stored(), stored({ createdSec: 2 }))).toBe(true);
    expect(sameEvent(stored(), stored({ createdSec: 2 }), { compareCreated: true })).toBe(false);
  });

  it('takes two that are no events for different', () => {
    expect(sameEvent(Buffer.from('[1]'), Buffer.from('[2]'))).toBe(false);
  });
});
