import type { Api, ApiAnswer, ApiRequest } from './api-client.js';

/** The API as the operator sees it: for one tenant, or with another credential. */
export interface TenantClient {
  readonly tenant: string;
  /** A key of the tenant. */
  readonly key: string;
  readonly keyId: string;
  request(method: string, path: string, options?: ApiRequest): Promise<ApiAnswer>;
  /** @throws when the answer has another status */
  expect(status: number, method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
}

/** Creates the tenant and a key of it; requests are made with the key unless they name another token. */
export async function createTenant(api: Api, tenant: string): Promise<TenantClient> {
  const created = await api.request('POST', '/v1/tenants', { body: { id: tenant } });
  if (created.status !== 201) throw new Error(`tenant ${tenant}: ${created.status} ${created.text}`);
  const answer = await api.request('POST', `/v1/tenants/${tenant}/api-keys`, { body: { name: 'test' } });
  if (answer.status !== 201) throw new Error(`key of ${tenant}: ${answer.status} ${answer.text}`);
  const { id: keyId, key } = answer.json as { id: string; key: string };
  const request: TenantClient['request'] = (method, path, options = {}) =>
    api.request(method, path, { token: key, ...options });
  return {
    tenant,
    key,
    keyId,
    request,
    expect: async (status, method, path, body) => {
      const got = await request(method, path, body === undefined ? {} : { body });
      if (got.status !== status) throw new Error(`${method} ${path}: ${got.status} ${got.text}`);
      return got.json as Record<string, unknown>;
    },
  };
}
