const id = /^[A-Za-z0-9_-]{1,64}$/;
const tenantId = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Whether a text can be an id: 1 to 64 of `A-Z a-z 0-9 _ -` (contract: Words). */
export function isId(text: string): boolean {
  return id.test(text);
}

/** Whether a text can be a tenant's id, which is its chosen name: `[a-z0-9][a-z0-9_-]{0,63}` (contract: Words). */
export function isTenantId(text: string): boolean {
  return tenantId.test(text);
}
