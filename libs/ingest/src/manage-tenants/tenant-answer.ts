import { retentionOfFleet, type TenantAnswer, type TenantState } from '@postel/contracts';

export function tenantAnswer(state: TenantState): TenantAnswer {
  return {
    id: state.id,
    description: state.description,
    strictEventTypes: state.strictEventTypes,
    metadata: { ...state.metadata },
    alerts: state.alerts ?? null,
    retention: { ...retentionOfFleet, ...state.retention },
    createdAt: new Date(state.createdAtMs).toISOString(),
    updatedAt: new Date(state.updatedAtMs).toISOString(),
  };
}
