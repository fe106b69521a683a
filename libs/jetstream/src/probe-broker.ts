import {
  configFilter,
  parseConfigSubject,
  upcastSecrets,
  type EndpointSecrets,
  type SecretFact,
} from '@postel/contracts';
import type { Broker } from './connect-broker.js';
import { readLastMessage } from './read-message.js';
import { readUpToNow } from './read-up-to-now.js';

/** Questions that an operator's check asks; nothing here changes anything. */

export interface SampledSecrets {
  readonly tenant: string;
  readonly endpointId: string;
  readonly state: EndpointSecrets;
}

/** The oldest so many, and the newest: after a change of the master key these are the ones that differ. */
export async function sampleSecrets(broker: Broker, limit: number): Promise<readonly SampledSecrets[]> {
  const filter = configFilter('secret');
  const newest = await readLastMessage(broker, 'CONFIG', filter);
  if (newest === null) return [];
  const sampled = new Map<string, SampledSecrets>();
  const take = (subject: string, payload: Uint8Array) => {
    const one = secretsIn(subject, payload);
    if (one) sampled.set(subject, one);
  };
  for await (const batch of readUpToNow(broker, 'CONFIG', filter, { seq: 1 })) {
    for (const { subject, payload } of batch) take(subject, payload);
    if (sampled.size >= limit) break;
  }
  take(newest.subject, newest.payload);
  return [...sampled.values()];
}

function secretsIn(subject: string, payload: Uint8Array): SampledSecrets | null {
  const parsed = parseConfigSubject(subject);
  if (!parsed) return null;
  const fact: unknown = JSON.parse(Buffer.from(payload).toString('utf8') || 'null');
  if (typeof fact !== 'object' || fact === null || !('secrets' in fact)) return null;
  return { tenant: parsed.tenant, endpointId: parsed.id, state: upcastSecrets(fact as SecretFact) };
}

/** How far the broker's clock is ahead of ours, in ms; half of the way there and back is the error. */
export async function brokerClockOffsetMs(broker: Broker, nowMs: () => number): Promise<number | null> {
  const askedMs = nowMs();
  const info: { readonly ts?: unknown } = await broker.jsm.streams.info('CONFIG');
  const answeredMs = nowMs();
  const atMs = Date.parse(String(info.ts));
  return Number.isNaN(atMs) ? null : Math.round(atMs - (askedMs + answeredMs) / 2);
}
