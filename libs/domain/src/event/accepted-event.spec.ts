import { describe, expect, it } from '@jest/globals';
import { composeEnvelope, sameEvent, type AcceptedEvent, type EnvelopeParts } from './accepted-event.js';

const parts: EnvelopeParts = { id: 'e', type: 'a.b', createdSec: 1, data: '{"object":{"n":1.0}}' };

function stored({
  channels = [],
  orderingKey,
  ...changes
}: Partial<EnvelopeParts> & Partial<Pick<AcceptedEvent, 'channels' | 'orderingKey'>> = {}): AcceptedEvent {
  const { id, type, createdSec } = { ...parts, ...changes };
  const envelope = Buffer.from(composeEnvelope({ ...parts, ...changes }));
  return { id, type, createdSec, channels, envelope, ...(orderingKey === undefined ? {} : { orderingKey }) };
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

  it('compares whom it is for, and in which order', () => {
    expect(sameEvent(stored({ channels: ['a', 'b'] }), stored({ channels: ['b', 'a', 'b'] }))).toBe(true);
    expect(sameEvent(stored({ channels: ['a'] }), stored({ channels: ['b'] }))).toBe(false);
    expect(sameEvent(stored({ channels: ['a'] }), stored())).toBe(false);
    expect(sameEvent(stored({ orderingKey: 'k' }), stored({ orderingKey: 'k' }))).toBe(true);
    expect(sameEvent(stored({ orderingKey: 'k' }), stored())).toBe(false);
  });
});
