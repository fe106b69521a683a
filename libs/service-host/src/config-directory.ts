import { defaultTenant, type ApiKeyState } from '@postel/contracts';
import type { Directory } from '@postel/http-api';
import { isBrokerUnavailable, SharedRun, type ConfigTables } from '@postel/jetstream';

/** Between two looks for strangers. */
const strangersWaitMs = 50;
/** A broker that does not answer does not hold up what needs nothing of it. */
const catchUpWithinMs = 1_000;

/** Tenants and credentials as CONFIG has them. Make it before the tables start: it follows the keys from the first. */
export class ConfigDirectory implements Directory {
  private readonly byHash = new Map<string, ApiKeyState>();
  private readonly forStrangers = new SharedRun(() => this.catchUp(), strangersWaitMs);

  constructor(private readonly tables: ConfigTables) {
    tables.table('api-key').onChange(({ entry, previous }) => {
      if (previous) this.byHash.delete(previous.hash);
      if (entry) this.byHash.set(entry.state.hash, entry.state);
    });
  }

  tenantSinceMs(tenant: string): number | null {
    // it is as old as Postel, whoever changed it since
    if (tenant === defaultTenant) return 0;
    return this.tables.table('tenant').get(tenant, tenant)?.state.createdAtMs ?? null;
  }

  apiKeyByHash(hash: string): ApiKeyState | undefined {
    return this.byHash.get(hash);
  }

  isRevoked(tenant: string, portalTokenId: string): boolean {
    return this.tables.table('portal-token').get(tenant, portalTokenId) !== undefined;
  }

  async catchUp(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, catchUpWithinMs)));
    const caughtUp = this.tables.catchUp().catch((error: unknown) => {
      if (!isBrokerUnavailable(error)) throw error;
    });
    await Promise.race([caughtUp, late]).finally(() => clearTimeout(timer));
  }

  catchUpForStrangers(): Promise<void> {
    return this.forStrangers.ask();
  }
}
