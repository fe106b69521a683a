import { noSecrets, type EndpointSecrets } from '@postel/contracts';
import type { ConfigTables } from './config-tables.js';
import type { ConfigWriter } from './config-writer.js';

export interface ChangeSecretsOptions {
  readonly tables: ConfigTables;
  readonly writer: ConfigWriter;
  readonly tenant: string;
  readonly endpointId: string;
  readonly nowMs: () => number;
  /** Decides on what is there now; asked again when someone else was quicker. `null`: it stays as it is. */
  readonly decide: (secrets: EndpointSecrets) => EndpointSecrets | null | Promise<EndpointSecrets | null>;
}

export interface ChangedSecrets {
  readonly secrets: EndpointSecrets;
  readonly changed: boolean;
}

const maxTries = 10;

/**
 * Replaces what an endpoint has of secrets, in force in these tables when this returns. Nobody's change is lost: each is
 * decided on the one before it.
 * @returns `null` when others kept changing them
 * @throws {PublishError} when the broker cannot take it, and whatever `decide` throws
 */
export async function changeSecrets(options: ChangeSecretsOptions): Promise<ChangedSecrets | null> {
  const { tables, writer, tenant, endpointId, nowMs, decide } = options;
  let revisionOfNothing = 0;
  for (let tries = 1; tries <= maxTries; tries++) {
    const entry = tables.secretsOf(endpointId);
    const before = entry?.state ?? noSecrets;
    const secrets = await decide(before);
    if (!secrets) return { secrets: before, changed: false };
    const fact = { v: 1, fact: 'secret.set', atMs: nowMs(), ...secrets } as const;
    const revision = entry?.revision ?? revisionOfNothing;
    const replaced = await writer.replaceSecret(tenant, endpointId, fact, revision);
    if (replaced.ok) {
      await tables.reached(replaced.seq);
      return { secrets, changed: true };
    }
    revisionOfNothing = await tables.lastRevisionOf('secret', tenant, endpointId);
    await tables.reached(revisionOfNothing);
  }
  return null;
}
