import { Anchor, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { LiveBadge } from '../live/live-badge.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { Section } from '../parts/section.js';
import { EmptyState } from '../parts/states.js';
import { DeliveryStatus } from '../parts/status.js';
import { TimeAgo } from '../parts/time-ago.js';
import type { Delivery } from './latest.js';
import type { useLatest } from './use-latest.js';

const columns: readonly Column<Delivery>[] = [
  {
    header: 'Delivery',
    cell: ({ type, url }) => (
      <span style={{ display: 'block', minWidth: 0 }}>
        {type}
        <Text size="xs" c="dimmed" component="span" display="block" fw={400} lineClamp={1}>
          {url}
        </Text>
      </span>
    ),
  },
  { header: 'Status', width: 120, cell: ({ status }) => <DeliveryStatus status={status} /> },
  { header: 'Made', width: 110, align: 'right', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
];

export function LatestDeliveries({ latest }: { latest: ReturnType<typeof useLatest> }): ReactNode {
  return (
    <Section
      title="Latest deliveries"
      actions={
        <Group gap="sm">
          <LiveBadge state={latest.live} />
          <Anchor component={Link} to="/deliveries" size="sm">
            All
          </Anchor>
        </Group>
      }
    >
      <DataTable
        caption="Latest deliveries"
        columns={columns}
        list={latest}
        rowKey={({ id }) => id}
        rowLink={({ id }) => ({ to: `/deliveries/${id}` })}
        empty={<EmptyState title="No deliveries yet" />}
      />
    </Section>
  );
}
