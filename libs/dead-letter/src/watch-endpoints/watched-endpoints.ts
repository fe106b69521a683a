import type { AlertThresholds } from '@postel/contracts';
import { thresholdsOf } from '@postel/domain';
import type { ConfigTables } from '@postel/jetstream';
import type { WatchedEndpoint } from './judge-facts.js';

/** Endpoints as CONFIG has them now, with the thresholds that hold for them. */
export class WatchedEndpoints {
  constructor(
    private readonly tables: ConfigTables,
    private readonly fleet: AlertThresholds,
  ) {}

  /** @returns `null` when there is none of that tenant */
  find(endpointId: string, tenant: string): WatchedEndpoint | null {
    const endpoint = this.tables.endpoint(endpointId)?.state;
    if (!endpoint || endpoint.tenant !== tenant) return null;
    const rules = this.tables.table('tenant').get(tenant, tenant)?.state.alerts;
    const context = {
      isDisabled: endpoint.status === 'disabled',
      enabledAtMs: endpoint.enabledAtMs ?? 0,
      changedAtMs: endpoint.updatedAtMs,
      thresholds: thresholdsOf(this.fleet, rules),
    };
    return { endpoint, context };
  }
}
