const parameter = 'tenant';
const form = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/**
 * The address of a page as a tenant's: an operator's link to it shows that tenant, in a new tab too, and may be sent to
 * a colleague. Whose the tenant is gets into the session, and out of the address.
 */
export function atTenant(path: string, tenant: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${parameter}=${encodeURIComponent(tenant)}`;
}

/** @returns the tenant that an address names, and the address without it; `null` when it names none */
export function tenantOfAddress({ pathname, search }: Pick<Location, 'pathname' | 'search'>): {
  readonly tenant: string | null;
  readonly address: string;
} | null {
  const params = new URLSearchParams(search);
  const tenant = params.get(parameter);
  if (tenant === null) return null;
  params.delete(parameter);
  const rest = params.toString();
  return {
    tenant: form.test(tenant) ? tenant : null,
    address: rest === '' ? pathname : `${pathname}?${rest}`,
  };
}
