import { batchOf } from '../connection/batch.js';
import { storableTime } from '../connection/storable.js';
import type { Sql } from '../connection/transaction.js';

/** An event, and the delivery that a job would make of it. */
export interface PlannedDelivery {
  readonly eventSeq: number;
  readonly eventId: string;
  readonly acceptedAtMs: number;
  readonly deliveryId: string;
}

/** What an endpoint has of an event already. */
export interface EndpointHas {
  /** The planned delivery itself. */
  readonly planned: boolean;
  /** One that has not ended. */
  readonly open: boolean;
}

const planned = batchOf<PlannedDelivery>({
  event_seq: { type: 'bigint', value: ({ eventSeq }) => eventSeq },
  event_id: { type: 'text', value: ({ eventId }) => eventId },
  accepted_at: { type: 'time', value: ({ acceptedAtMs }) => storableTime(acceptedAtMs) },
  delivery_id: { type: 'text', value: ({ deliveryId }) => deliveryId },
});
const columns = 4;

/** One probe for each event, by the event alone (OFFSET 0): an endpoint may have millions of deliveries. */
const sql = `
SELECT batch.event_seq, bool_or(known.id = batch.delivery_id) AS planned, bool_or(known.completed_at IS NULL) AS open
  FROM ${planned.rows}, LATERAL (
         SELECT id, endpoint_id, event_seq, completed_at FROM deliveries
          WHERE tenant = $${columns + 1} AND event_id = batch.event_id AND accepted_at = batch.accepted_at OFFSET 0
       ) AS known
 WHERE known.endpoint_id = $${columns + 2} AND known.event_seq = batch.event_seq
 GROUP BY batch.event_seq`;

/** @returns by position of the event in EVENTS; those of which the endpoint has nothing are left out */
export async function deliveriesOfEndpoint(
  connection: Sql,
  tenant: string,
  endpointId: string,
  wanted: readonly PlannedDelivery[],
): Promise<ReadonlyMap<number, EndpointHas>> {
  const found = new Map<number, EndpointHas>();
  for (const parameters of planned.chunks(wanted)) {
    const { rows } = await connection.query<EndpointHas & { event_seq: number }>(sql, [
      ...parameters,
      tenant,
      endpointId,
    ]);
    for (const { event_seq, planned, open } of rows) found.set(event_seq, { planned, open });
  }
  return found;
}
