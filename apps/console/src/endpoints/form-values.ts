import type { components, paths } from '@postel/client';

type Endpoint = components['schemas']['Endpoint'];
export type CreateEndpoint = NonNullable<
  paths['/v1/endpoints']['post']['requestBody']
>['content']['application/json'];
type Retry = Endpoint['retry'];

/** An endpoint as a form holds it: text where people type text. */
export interface EndpointValues {
  url: string;
  description: string;
  events: string[];
  channels: string[];
  apiVersion: string;
  /** JSON; empty: none. */
  filter: string;
  /** `null`: those that there are stay. */
  headers: { name: string; value: string }[] | null;
  schemes: string[];
  retry: 'default' | 'standard-webhooks' | 'custom';
  /** JSON, of a retry that is `custom`. */
  retryJson: string;
  timeoutMs: number | string;
  maxInFlight: number | string;
  rateMax: number | string;
  ratePerSeconds: number | string;
  ordering: 'none' | 'key';
}

export const newEndpoint: EndpointValues = {
  url: '',
  description: '',
  events: ['*'],
  channels: [],
  apiVersion: '2024-01-01',
  filter: '',
  headers: [],
  schemes: ['standard', 'timestamp-hex'],
  retry: 'default',
  retryJson: '{\n  "maxAttempts": 5,\n  "initialDelayMs": 1000,\n  "multiplier": 2\n}',
  timeoutMs: 10_000,
  maxInFlight: 10,
  rateMax: '',
  ratePerSeconds: 1,
  ordering: 'none',
};

/** Of an endpoint that there is: what its `retry` was made from, the API does not say. */
export function valuesOf(endpoint: Endpoint): EndpointValues {
  const { url, description, events, channels, apiVersion, filter, retry, rateLimit } = endpoint;
  return {
    url,
    description,
    events: [...events],
    channels: [...channels],
    apiVersion,
    filter: filter === null ? '' : JSON.stringify(filter, null, 2),
    headers: null,
    schemes: [...endpoint.signature.schemes],
    retry: 'preset' in retry ? 'standard-webhooks' : 'custom',
    retryJson: 'preset' in retry ? newEndpoint.retryJson : JSON.stringify(retry, null, 2),
    timeoutMs: endpoint.timeoutMs,
    maxInFlight: endpoint.maxInFlight,
    rateMax: rateLimit?.max ?? '',
    ratePerSeconds: rateLimit?.perSeconds ?? 1,
    ordering: endpoint.ordering,
  };
}

/** What is asked of the API: all of it for an endpoint that is new, of another what is not as it was. */
export function requestOf(values: EndpointValues): CreateEndpoint {
  const { url, description, events, channels, apiVersion, filter, headers, ordering } = values;
  const retry = retryOf(values);
  return {
    url: url.trim(),
    description,
    events,
    channels,
    apiVersion,
    filter: (filter.trim() === '' ? null : JSON.parse(filter)) as NonNullable<
      CreateEndpoint['filter']
    > | null,
    signature: { schemes: values.schemes as Endpoint['signature']['schemes'] },
    timeoutMs: Number(values.timeoutMs),
    maxInFlight: Number(values.maxInFlight),
    rateLimit:
      values.rateMax === ''
        ? null
        : { max: Number(values.rateMax), perSeconds: Number(values.ratePerSeconds) },
    ordering,
    ...(headers === null
      ? {}
      : { headers: Object.fromEntries(headers.map(({ name, value }) => [name.trim(), value])) }),
    ...(retry ? { retry } : {}),
  };
}

export function changesBetween(before: EndpointValues, after: EndpointValues): Partial<CreateEndpoint> {
  const old = requestOf(before) as unknown as Record<string, unknown>;
  const changed = Object.entries(requestOf(after)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]),
  );
  return Object.fromEntries(changed);
}

function retryOf({ retry, retryJson }: EndpointValues): Retry | undefined {
  if (retry === 'default') return undefined;
  return retry === 'standard-webhooks' ? { preset: 'standard-webhooks' } : (JSON.parse(retryJson) as Retry);
}

/** What can be told before the API is asked. */
export function faultsOf(values: EndpointValues): Partial<Record<keyof EndpointValues, string>> {
  const faults: Partial<Record<keyof EndpointValues, string>> = {};
  if (!/^https?:\/\/[^\s/]+/i.test(values.url.trim()))
    faults.url = 'A URL such as https://example.com/webhooks';
  if (values.events.length === 0) faults.events = 'At least one event type, or * for all';
  if (values.schemes.length === 0) faults.schemes = 'At least one';
  if (!isObject(values.filter, true)) faults.filter = 'JSON such as {"data.object.amount": {"gt": 100}}';
  if (values.retry === 'custom' && !isObject(values.retryJson, false)) faults.retryJson = 'A JSON object';
  if (values.headers?.some(({ name }) => name.trim() === '')) faults.headers = 'Each header has a name';
  return faults;
}

function isObject(text: string, mayBeEmpty: boolean): boolean {
  if (text.trim() === '') return mayBeEmpty;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
