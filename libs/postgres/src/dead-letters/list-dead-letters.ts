import type { Repository } from 'typeorm';
import { keyOfCursor } from '../connection/page.js';
import { compared, type ListScan } from '../connection/scan-list.js';
import type { Sql } from '../connection/transaction.js';
import type { DeadLetterEntity } from '../entities/dead-letter.entity.js';
import { within } from '../positions/time-range.js';
import type { DeadLetterFilter } from './dead-letter.js';

/** From the index of the event, or of the endpoint, or of the reason; the rest is looked for in what that finds. */
export async function listScan(
  sql: Sql,
  repository: Repository<DeadLetterEntity>,
  tenant: string,
  filter: DeadLetterFilter,
): Promise<ListScan<DeadLetterEntity>> {
  const { cursor, limit } = filter;
  const times = await within(sql, 'dead_letters', { seq: 'log_seq', time: 'created_at' }, filter);
  const found = [compared('tenant', '=', tenant), ...times.found];
  const filtered = [...times.filtered];
  const given = filters.filter(([name]) => filter[name] !== undefined);
  for (const [index, [name, column]] of given.entries())
    (index === 0 ? found : filtered).push(compared(column, '=', filter[name]));
  // it has no index of its own
  if (filter.type !== undefined) filtered.push(compared('type', '=', filter.type));
  if (cursor !== undefined) found.push(compared('log_seq', '<', keyOfCursor('l', 1, cursor)[0]));
  return {
    repository,
    kind: 'l',
    order: ['log_seq'],
    found,
    filtered,
    keyOf: ({ logSeq }) => [logSeq],
    limit,
  };
}

/** The fewest first, as a rule. */
const filters = [
  ['eventId', 'event_id'],
  ['endpointId', 'endpoint_id'],
  ['reason', 'reason'],
] as const;
