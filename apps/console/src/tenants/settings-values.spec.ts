import { describe, expect, it } from '@jest/globals';
import { changesOf, metadataFault, settingsOf, valuesOf, type Tenant } from './settings-values.js';

const acme: Tenant = {
  id: 'acme',
  description: 'Acme Inc.',
  strictEventTypes: true,
  metadata: { plan: 'gold' },
  alerts: { warn: { deadLetters: 3, windowSeconds: 60 }, disable: null },
  retention: { payloadDays: 2, attemptDays: null, rowDays: 90 },
  createdAt: '2026-11-28T12:00:00.000Z',
  updatedAt: '2026-11-28T12:00:00.000Z',
};
const { description, strictEventTypes, metadata, alerts, retention } = acme;

describe('a tenant’s settings in a form', () => {
  it('come out as they went in, what the fleet decides and what is never told apart', () => {
    expect(settingsOf(valuesOf(acme))).toEqual({
      description,
      strictEventTypes,
      metadata,
      alerts,
      retention,
    });
  });

  it('of a tenant with no rules of its own stay the fleet’s', () => {
    expect(settingsOf(valuesOf({ ...acme, alerts: null })).alerts).toBeNull();
  });

  it('change what was changed alone', () => {
    const before = valuesOf(acme);
    expect(changesOf(before, { ...before, payloadDays: '', description: 'Acme' })).toEqual({
      description: 'Acme',
      retention: { payloadDays: null, attemptDays: null, rowDays: 90 },
    });
    expect(changesOf(before, before)).toEqual({});
  });

  it('disable after so many in a row', () => {
    const before = valuesOf(acme);
    const after = { ...before, consecutive: { mode: 'own', deadLetters: 5 } } as const;
    expect(changesOf(before, after).alerts).toEqual({ ...alerts, disableAfterConsecutive: 5 });
  });

  it.each([
    ['', null],
    ['{"plan":"gold"}', null],
    ['{"plan":', 'This is not JSON.'],
    ['["gold"]', 'A JSON object of texts, such as { "plan": "gold" }'],
    ['{"seats":3}', 'A JSON object of texts, such as { "plan": "gold" }'],
  ])('metadata %s: %s', (text, fault) => {
    expect(metadataFault(text)).toBe(fault);
  });
});
