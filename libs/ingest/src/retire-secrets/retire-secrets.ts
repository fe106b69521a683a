import {
  configSubject,
  type EndpointFact,
  type EndpointSecrets,
  type EndpointState,
} from '@postel/contracts';
import { decideEndpoint, sealedClearHeaders, unexpired, withoutSupersededHeaders } from '@postel/domain';
import { changeConfig, changeSecrets, eraseMessage, readBackwards } from '@postel/jetstream';
import { Upkeep } from '@postel/telemetry';
import type { IngestParts } from '../parts.js';

const everyMs = 3_600_000;

export type RetireParts = Pick<IngestParts, 'broker' | 'tables' | 'writer' | 'vault' | 'logger' | 'nowMs'>;

/**
 * Makes sure that what is no longer sent is no longer there: at the start and every hour it takes secrets out of CONFIG
 * whose grace has ended and custom headers that were replaced, and seals those that 0.1.0 kept in the clear. Any number
 * of processes may do it at once: each change is made on what is there, or not at all.
 */
export class RetireSecrets {
  private readonly upkeep: Upkeep;

  constructor(private readonly parts: RetireParts) {
    const { logger, nowMs } = parts;
    const work = (stopped: AbortSignal) => this.sweep(stopped);
    this.upkeep = new Upkeep({
      name: 'retire-secrets',
      everyMs,
      trouble: 'secrets cannot be retired for now',
      logger,
      nowMs,
      work,
    });
  }

  start(): void {
    this.upkeep.start();
  }

  stop(): Promise<void> {
    return this.upkeep.stop();
  }

  async sweep(stopped: AbortSignal): Promise<void> {
    const { tables, nowMs } = this.parts;
    for (const { tenant, endpointId, state } of [...tables.allSecrets()]) {
      if (stopped.aborted) return;
      if (this.retired(endpointId, state, nowMs()) !== state) await this.retire(tenant, endpointId);
    }
    for (const { state } of [...tables.allEndpoints()]) {
      if (stopped.aborted) return;
      if (state.headers.clear) await this.sealHeaders(state);
    }
  }

  private async retire(tenant: string, endpointId: string): Promise<void> {
    const { tables, writer, nowMs } = this.parts;
    const decide = (secrets: EndpointSecrets) => {
      const kept = this.retired(endpointId, secrets, nowMs());
      return kept === secrets ? null : kept;
    };
    await changeSecrets({ tables, writer, tenant, endpointId, nowMs, decide });
  }

  /** @returns `secrets` itself when nothing of it is to go */
  private retired(endpointId: string, secrets: EndpointSecrets, nowMs: number): EndpointSecrets {
    const told = this.parts.tables.endpoint(endpointId)?.state.headers;
    return withoutExpired(withoutSupersededHeaders(secrets, told), nowMs);
  }

  /** First beside the secrets, then out of the endpoint, then out of its history. */
  private async sealHeaders({ tenant, id, headers }: EndpointState): Promise<void> {
    const { broker, logger, nowMs, tables, vault, writer } = this.parts;
    const owner = { tenant, endpointId: id };
    const sealed = await vault.sealHeaders(owner, headers.clear ?? {});
    await changeSecrets({
      tables,
      writer,
      nowMs,
      ...owner,
      decide: (secrets) => sealedClearHeaders(secrets, sealed),
    });
    const decide = (state: EndpointState | null) =>
      state
        ? decideEndpoint({ kind: 'seal-headers', actor: 'postel', nowMs: nowMs() }, state)
        : { ok: true as const, facts: [] };
    const result = await changeConfig({ tables, writer, kind: 'endpoint', tenant, id, decide });
    if (!result.ok) return; // it is changed all the time: the next round
    const all = await readBackwards(broker, 'CONFIG', configSubject('endpoint', tenant, id), {
      limit: 10_000,
    });
    for (const { seq, payload } of all) if (showsHeaders(payload)) await eraseMessage(broker, 'CONFIG', seq);
    logger.info({ tenant, endpointId: id }, 'custom headers sealed');
  }
}

/** @returns `state` itself when nothing has */
function withoutExpired(state: EndpointSecrets, nowMs: number): EndpointSecrets {
  const secrets = unexpired(state.secrets, nowMs);
  const keyPairs = unexpired(state.keyPairs, nowMs);
  const isSame = secrets.length === state.secrets.length && keyPairs.length === state.keyPairs.length;
  return isSame ? state : { ...state, secrets, keyPairs };
}

/** A fact of 0.1.0 with values in the clear. */
function showsHeaders(payload: Uint8Array): boolean {
  const { state } = JSON.parse(new TextDecoder().decode(payload)) as EndpointFact;
  return state !== null && !Array.isArray(state.headers.names) && Object.keys(state.headers).length > 0;
}
