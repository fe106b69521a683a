import { createClient, type PostelClient } from '@postel/client';

export interface ApiOptions {
  readonly token: string;
  /** That the operator chose; otherwise the credential's own. */
  readonly tenant: string | null;
  /** The credential was not taken. */
  readonly onRefused: () => void;
}

export function makeApi({ token, tenant, onRefused }: ApiOptions): PostelClient {
  return createClient({
    url: window.location.origin,
    token,
    ...(tenant === null ? {} : { tenant }),
    // somebody is waiting: what does not pass soon is told, with a button
    retries: 1,
    fetch: async (request) => {
      const response = await fetch(request);
      if (response.status === 401) onRefused();
      return response;
    },
  });
}
