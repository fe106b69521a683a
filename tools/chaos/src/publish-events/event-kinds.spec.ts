import { describe, expect, test } from '@jest/globals';
import { endpointNames } from '../endpoint-names.js';
import { Random } from '../random.js';
import {
  endpointsOf,
  eventIdOf,
  eventKinds,
  kindNames,
  parseEventId,
  pickKind,
  typesFor,
} from './event-kinds.js';

describe('kinds of events', () => {
  test('their shares make a hundred, and each is picked as often as it should', () => {
    const random = new Random(3);
    const picked = new Map<string, number>();
    for (let n = 0; n < 10_000; n++) {
      const kind = pickKind(random);
      picked.set(kind, (picked.get(kind) ?? 0) + 1);
    }
    for (const name of kindNames) {
      const share = (picked.get(name) ?? 0) / 100;
      expect(Math.abs(share - eventKinds[name].share)).toBeLessThan(2);
    }
  });

  test('endpoints subscribe to exactly what the kinds say', () => {
    for (const endpoint of endpointNames) {
      const types = typesFor(endpoint);
      for (const kind of kindNames) {
        expect(types.includes(eventKinds[kind].type)).toBe(endpointsOf(kind).includes(endpoint));
      }
    }
    expect(endpointsOf('invalid')).toEqual([]);
  });

  test('an id tells what the event is', () => {
    const name = { run: 'kill_nats', number: 42, kind: 'wide' } as const;
    expect(eventIdOf(name)).toBe('kill_nats-000042-wide');
    expect(parseEventId(eventIdOf(name))).toEqual(name);
    const keyed = { run: 'kill_nats', number: 43, kind: 'keyed', orderingKey: 'b' } as const;
    expect(eventIdOf(keyed)).toBe('kill_nats-000043-keyed-b');
    expect(parseEventId(eventIdOf(keyed))).toEqual(keyed);
    expect(parseEventId('kill_nats-000043-keyed')).toBeNull();
    expect(parseEventId('kill_nats-000042-wide-b')).toBeNull();
    expect(parseEventId('evt_1')).toBeNull();
    expect(parseEventId('kill_nats-000042-odd')).toBeNull();
  });
});
