import type { Repository } from 'typeorm';
import { keyOfCursor } from '../connection/page.js';
import { compared, type Condition, type ListScan } from '../connection/scan-list.js';
import type { Sql } from '../connection/transaction.js';
import type { DeliveryEntity } from '../entities/delivery.entity.js';
import { within } from '../positions/time-range.js';
import type { DeliveryFilter } from './delivery.js';

/**
 * Which index a list is read from. Each has the order after its columns; what it does not know of the filter is looked
 * for in what it finds.
 *
 *   eventId                      deliveries_by_event
 *   endpointId and a status      deliveries_unsucceeded_by_endpoint   (unless that is `succeeded`)
 *   a status                     deliveries_unsucceeded               (unless that is `succeeded`)
 *   endpointId                   deliveries_by_endpoint
 *   type                         deliveries_by_type
 *   nothing                      deliveries_by_position
 */
export async function listScan(
  sql: Sql,
  repository: Repository<DeliveryEntity>,
  tenant: string,
  filter: DeliveryFilter,
): Promise<ListScan<DeliveryEntity>> {
  const { cursor, limit } = filter;
  const indexed = indexFor(filter);
  const columns = { seq: 'created_seq', time: 'created_at' };
  const times = await within(sql, 'deliveries', columns, filter);
  const found = [compared('tenant', '=', tenant), ...times.found];
  const filtered = [...times.filtered];
  for (const [name, column] of filters) {
    const value = filter[name];
    if (value !== undefined) (indexed.has(name) ? found : filtered).push(compared(column, '=', value));
  }
  // the planner must see that the partial indexes hold it, whatever the parameter is
  if (indexed.has('status')) found.push({ values: [], sql: () => `status <> 'succeeded'` });
  if (cursor !== undefined) found.push(after(cursor));
  return {
    repository,
    kind: 'd',
    order: ['created_seq', 'created_ordinal'],
    found,
    filtered,
    keyOf: ({ createdSeq, createdOrdinal }) => [createdSeq, createdOrdinal],
    limit,
  };
}

const filters = [
  ['status', 'status'],
  ['endpointId', 'endpoint_id'],
  ['eventId', 'event_id'],
  ['type', 'type'],
] as const;
type FilterName = (typeof filters)[number][0];

function indexFor(filter: DeliveryFilter): ReadonlySet<FilterName> {
  const { status, endpointId, eventId, type } = filter;
  if (eventId !== undefined) return new Set(['eventId']);
  const unsucceeded = status !== undefined && status !== 'succeeded';
  if (endpointId !== undefined) return new Set(unsucceeded ? ['endpointId', 'status'] : ['endpointId']);
  if (unsucceeded) return new Set(['status']);
  return new Set(type === undefined ? [] : ['type']);
}

function after(cursor: string): Condition {
  return {
    values: keyOfCursor('d', 2, cursor),
    sql: (seq, ordinal) => `(created_seq, created_ordinal) < (${seq}, ${ordinal})`,
  };
}
