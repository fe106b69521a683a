import { expect, it } from '@jest/globals';
import { unchangedDefaultTenant } from '@postel/contracts';
import { policyOf } from './policy-of.js';

const none = { payloadDays: null, attemptDays: null, rowDays: null };
const tenant = (id: string, retention: Partial<typeof none> | Record<string, number>) => ({
  ...unchangedDefaultTenant,
  id,
  retention: { ...none, ...retention },
});

it('takes the fleet’s days where a tenant has none, and never keeps a part longer than its row', () => {
  const { fleet, tenants } = policyOf(7, [
    unchangedDefaultTenant,
    tenant('short', { rowDays: 2 }),
    tenant('long', { rowDays: 400, attemptDays: 30 }),
    tenant('discreet', { payloadDays: 1 }),
  ]);
  expect(fleet).toEqual({ rowDays: 7, payloadDays: 7, attemptDays: 7 });
  expect(tenants.get('short')).toEqual({ rowDays: 2, payloadDays: 2, attemptDays: 2 });
  expect(tenants.get('long')).toEqual({ rowDays: 400, payloadDays: 7, attemptDays: 30 });
  expect(tenants.get('discreet')).toEqual({ rowDays: 7, payloadDays: 1, attemptDays: 7 });
});
