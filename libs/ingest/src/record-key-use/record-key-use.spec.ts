import { describe, expect, it } from '@jest/globals';
import type { ApiKeyState } from '@postel/contracts';
import { createLogger } from '@postel/telemetry';
import { RecordKeyUse } from './record-key-use.js';

const key = { id: 'key_1', tenant: 'acme' } as ApiKeyState;

function recording(usedAtMs: number | null) {
  const told: unknown[] = [];
  const record = new RecordKeyUse({
    tables: { keyUsedAtMs: () => usedAtMs },
    writer: {
      replaceKeyUse: (...use) => {
        told.push(use);
        return Promise.resolve({ ok: true, seq: 1 });
      },
    },
    logger: createLogger('test', 'silent'),
    nowMs: () => 100_000,
  });
  return { record, told };
}

describe('RecordKeyUse', () => {
  it('tells the first use, once however many requests there are at once', () => {
    const { record, told } = recording(null);
    for (let n = 0; n < 5; n++) record.record(key);
    expect(told).toEqual([['acme', 'key_1', { v: 1, fact: 'api_key.used', atMs: 100_000 }]]);
  });

  it.each([
    ['nothing within a minute of the last', 40_001, 0],
    ['it again a minute later', 40_000, 1],
  ])('tells %s', (_what, usedAtMs, times) => {
    const { record, told } = recording(usedAtMs);
    record.record(key);
    expect(told).toHaveLength(times);
  });
});
