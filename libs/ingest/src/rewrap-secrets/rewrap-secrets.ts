import type { EndpointSecrets } from '@postel/contracts';
import { changeSecrets, type ConfigTables, type ConfigWriter, type SecretsEntry } from '@postel/jetstream';
import { rewrapSecret, type KeyWrapper } from '@postel/signing';

export interface RewrapParts {
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly keyWrapper: KeyWrapper;
  readonly nowMs: () => number;
  /** After each endpoint or source. */
  readonly onProgress: (report: RewrapReport) => void;
}

/** Counted in endpoints and sources. */
export interface RewrapReport {
  readonly total: number;
  readonly rewrapped: number;
  /** Their keys were under the present master key already. */
  readonly upToDate: number;
  /** `tenant/id` of those that none of the two master keys opens. */
  readonly unopened: readonly string[];
}

/**
 * Wraps the data keys of all secrets with the present master key; what they encrypt stays as it is. Can be broken off and
 * begun again at any time, beside services that change secrets.
 * @throws {PublishError} when the broker cannot take it
 */
export async function rewrapSecrets(parts: RewrapParts): Promise<RewrapReport> {
  const entries = [...parts.tables.allSecrets()];
  const unopened: string[] = [];
  let rewrapped = 0;
  let upToDate = 0;
  const report = (): RewrapReport => ({ total: entries.length, rewrapped, upToDate, unopened });
  for (const entry of entries) {
    const result = await rewrapOne(entry, parts);
    if (result === 'rewrapped') rewrapped += 1;
    else if (result === 'up-to-date') upToDate += 1;
    else unopened.push(`${entry.tenant}/${entry.endpointId}`);
    parts.onProgress(report());
  }
  return report();
}

async function rewrapOne(
  { tenant, endpointId }: SecretsEntry,
  { tables, writer, keyWrapper, nowMs }: RewrapParts,
): Promise<'rewrapped' | 'up-to-date' | 'unopened'> {
  let isUnopened = false;
  const changed = await changeSecrets({
    tables,
    writer,
    tenant,
    endpointId,
    nowMs,
    decide: async (secrets) => {
      const next = await rewrappedOf(secrets, keyWrapper, { tenant, endpointId }).catch(
        () => 'unopened' as const,
      );
      isUnopened = next === 'unopened';
      return next === 'unopened' ? null : next;
    },
  });
  if (isUnopened) return 'unopened';
  // services kept changing it: what they write is under the present key
  return changed?.changed ? 'rewrapped' : 'up-to-date';
}

/** @returns `null` when all is under the present key */
async function rewrappedOf(
  before: EndpointSecrets,
  wrapper: KeyWrapper,
  owner: { readonly tenant: string; readonly endpointId: string },
): Promise<EndpointSecrets | null> {
  const { secrets, keyPairs, headers, earlierHeaders } = before;
  const allHeaders = [headers, ...(earlierHeaders ?? []).map((earlier) => earlier.headers)];
  const all = [...secrets, ...keyPairs, ...allHeaders.filter((one) => one !== null)];
  if (all.every(({ keyId }) => keyId === wrapper.keyId)) return null;
  const rewrapHeaders = async <Kept extends Pick<EndpointSecrets, 'headers'>>(kept: Kept): Promise<Kept> => ({
    ...kept,
    headers: kept.headers && (await rewrapSecret(kept.headers, wrapper, { ...owner, purpose: 'headers' })),
  });
  return {
    ...(await rewrapHeaders(before)),
    secrets: await Promise.all(secrets.map((one) => rewrapSecret(one, wrapper, owner))),
    keyPairs: await Promise.all(
      keyPairs.map((one) => rewrapSecret(one, wrapper, { ...owner, purpose: 'ed25519' })),
    ),
    ...(earlierHeaders ? { earlierHeaders: await Promise.all(earlierHeaders.map(rewrapHeaders)) } : {}),
  };
}
