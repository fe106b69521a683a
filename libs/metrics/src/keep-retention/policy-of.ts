import type { TenantState } from '@postel/contracts';
import type { RetentionDays, RetentionPolicy } from '@postel/postgres';

/** Retention by tenant: what a tenant leaves open is the fleet's, and nothing outlives the rows that it belongs to. */
export function policyOf(retentionDays: number, tenants: Iterable<TenantState>): RetentionPolicy {
  const own = new Map<string, RetentionDays>();
  for (const { id, retention } of tenants) {
    if (!retention) continue;
    const rowDays = retention.rowDays ?? retentionDays;
    const payloadDays = Math.min(retention.payloadDays ?? retentionDays, rowDays);
    const attemptDays = Math.min(retention.attemptDays ?? retentionDays, rowDays);
    own.set(id, { rowDays, payloadDays, attemptDays });
  }
  return {
    fleet: { rowDays: retentionDays, payloadDays: retentionDays, attemptDays: retentionDays },
    tenants: own,
  };
}
