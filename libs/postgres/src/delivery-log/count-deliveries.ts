import { storableTime } from '../connection/storable.js';
import type { StatsDeltas } from '../stats/stats-deltas.js';
import type { NewDelivery } from './fold-deliveries.js';
import type { DeliveryUpdate } from './write-deliveries.js';

export function countNew(stats: StatsDeltas, { fact, delivery, state }: NewDelivery): void {
  stats.deliveryCreated(
    { tenant: fact.tenant, endpointId: delivery.endpointId },
    {
      status: state.status,
      createdAtMs: storableTime(fact.atMs),
      completedAtMs: state.completedAtMs === null ? null : storableTime(state.completedAtMs),
    },
  );
}

export function countUpdates(stats: StatsDeltas, updates: readonly DeliveryUpdate[]): void {
  for (const update of updates) {
    const createdAtMs = update.created_at.getTime();
    stats.deliveryChanged(
      { tenant: update.tenant, endpointId: update.endpoint_id },
      {
        status: update.status_before,
        createdAtMs,
        completedAtMs: update.completed_before?.getTime() ?? null,
      },
      { status: update.status, createdAtMs, completedAtMs: update.completed_at?.getTime() ?? null },
    );
  }
}
