import { unwrap } from '@postel/client';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { EmptyState } from '../parts/states.js';
import { DeliveryStatus } from '../parts/status.js';
import { TimeAgo } from '../parts/time-ago.js';

type Delivery = Answer<'Delivery'>;

const columns: readonly Column<Delivery>[] = [
  { header: 'Status', width: 120, cell: ({ status }) => <DeliveryStatus status={status} /> },
  { header: 'Endpoint', cell: ({ url }) => <span style={{ overflowWrap: 'anywhere' }}>{url}</span> },
  { header: 'Last', cell: (delivery) => <Last delivery={delivery} /> },
  { header: 'Attempts', width: 90, align: 'right', cell: ({ attempts }) => <span>{attempts}</span> },
  { header: 'Made', width: 120, align: 'right', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
];

/** What became of an event, endpoint by endpoint; asked again, for it goes on. */
export function EventDeliveries({ id }: { id: string }): ReactNode {
  const api = useApi();
  const list = useList(
    ['events', id, 'deliveries'],
    (query) => unwrap(api.GET('/v1/events/{id}/deliveries', { params: { path: { id }, query } })),
    { refetchIntervalMs: 2_000 },
  );
  return (
    <section aria-label="Deliveries">
      <DataTable
        caption="Deliveries of the event"
        columns={columns}
        list={list}
        rowKey={(delivery) => delivery.id}
        rowLink={(delivery) => ({
          to: `/deliveries/${delivery.id}`,
        })}
        empty={
          <EmptyState title="No deliveries">
            No endpoint wanted this event when it was published. Explain tells why; replay sends it to
            endpoints that want it now.
          </EmptyState>
        }
      />
    </section>
  );
}

function Last({ delivery: { lastStatus, lastError } }: { delivery: Delivery }): ReactNode {
  if (lastError) return <Text size="sm">{lastError.message}</Text>;
  return (
    <Text size="sm" {...(lastStatus === null ? { c: 'dimmed' } : {})} className="figure">
      {lastStatus ?? 'no attempt yet'}
    </Text>
  );
}
