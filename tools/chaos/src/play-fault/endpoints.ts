import { createdEndpoint } from '@postel/contracts';
import { endpointNames, orderingOf, retryOf, type EndpointName } from '../endpoint-names.js';
import { typesFor } from '../publish-events/event-kinds.js';
import type { ApiAddress } from '../read-tables/tables.js';

export interface CreatedEndpoints {
  readonly nameOf: ReadonlyMap<string, EndpointName>;
  readonly secrets: Readonly<Record<EndpointName, string>>;
}

/** @throws when one is refused */
export async function createEndpoints(api: ApiAddress, receiverPort: number): Promise<CreatedEndpoints> {
  const nameOf = new Map<string, EndpointName>();
  const secrets: Partial<Record<EndpointName, string>> = {};
  for (const name of endpointNames) {
    const response = await fetch(`${api.url}/v1/endpoints`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        url: `http://127.0.0.1:${receiverPort}/${name}`,
        events: typesFor(name),
        retry: retryOf[name],
        ordering: orderingOf[name],
      }),
    });
    if (response.status !== 201) throw new Error(`no endpoint: ${response.status} ${await response.text()}`);
    const { id, secret } = createdEndpoint.parse(await response.json());
    nameOf.set(id, name);
    secrets[name] = secret;
  }
  return { nameOf, secrets: secrets as Record<EndpointName, string> };
}
