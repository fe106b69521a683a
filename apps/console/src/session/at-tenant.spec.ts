import { describe, expect, it } from '@jest/globals';
import { atTenant, tenantOfAddress } from './at-tenant.js';

describe('links of an operator to a tenant’s page', () => {
  it.each([
    ['/endpoints/ep_1', '/endpoints/ep_1?tenant=acme'],
    ['/deliveries?status=dead', '/deliveries?status=dead&tenant=acme'],
  ])('%s', (path, address) => {
    expect(atTenant(path, 'acme')).toBe(address);
  });

  it('are read back, and the address is as it was', () => {
    expect(tenantOfAddress({ pathname: '/deliveries', search: '?status=dead&tenant=acme' })).toEqual({
      tenant: 'acme',
      address: '/deliveries?status=dead',
    });
  });

  it('that name no tenant change nothing', () => {
    expect(tenantOfAddress({ pathname: '/deliveries', search: '?status=dead' })).toBeNull();
  });

  it('that name what cannot be one are only cleared of it', () => {
    expect(tenantOfAddress({ pathname: '/stats', search: '?tenant=A%0d%0aB' })).toEqual({
      tenant: null,
      address: '/stats',
    });
  });
});
