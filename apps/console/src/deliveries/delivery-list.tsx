import { Affix, Button, Text } from '@mantine/core';
import { IconArrowUp, IconSend } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { LiveBadge } from '../live/live-badge.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { PageHeader } from '../parts/page-header.js';
import { EmptyState } from '../parts/states.js';
import { DeliveryStatus } from '../parts/status.js';
import { TimeAgo } from '../parts/time-ago.js';
import { useSearchFilters } from '../parts/use-search-filters.js';
import classes from './delivery-list.module.css';
import { filterNames, filtersOf, type Delivery } from './delivery-filters.js';
import { FilterBar } from './filter-bar.js';
import { LastAnswer } from './last-answer.js';
import { useDeliveries } from './use-deliveries.js';

const columns: readonly Column<Delivery>[] = [
  { header: 'Event', width: 200, cell: ({ type }) => type },
  { header: 'Status', width: 120, cell: ({ status }) => <DeliveryStatus status={status} /> },
  {
    header: 'Endpoint',
    cell: ({ url }) => (
      <Text size="sm" c="dimmed" component="span" display="block" className={classes.url} title={url}>
        {url}
      </Text>
    ),
  },
  { header: 'Answer', width: 190, cell: (delivery) => <LastAnswer delivery={delivery} /> },
  { header: 'Attempts', width: 80, align: 'right', wideOnly: true, cell: ({ attempts }) => attempts },
  {
    header: 'Created',
    width: 110,
    align: 'right',
    cell: ({ createdAt }) => (
      <Text size="sm" c="dimmed" span>
        <TimeAgo at={createdAt} />
      </Text>
    ),
  },
];

export function Component(): ReactNode {
  const [address, change] = useSearchFilters(filterNames);
  const [openedAtMs] = useState(() => Date.now());
  const filters = useMemo(() => filtersOf(address, openedAtMs), [address, openedAtMs]);
  const list = useDeliveries(filters);
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHeader
        title="Deliveries"
        badge={<LiveBadge state={list.live} />}
        description="One event for one endpoint each, newest first."
      />
      <FilterBar filters={filters} onChange={change} />
      <DataTable
        caption="Deliveries"
        columns={columns}
        list={list}
        rowKey={({ id }) => id}
        rowLink={({ id, type }) => ({ to: `/deliveries/${id}`, label: `Delivery of ${type}` })}
        rowClass={({ id }) => (list.isNew(id) ? classes.fresh : undefined)}
        empty={
          filtered ? (
            <EmptyState icon={<IconSend size={32} aria-hidden />} title="No delivery is like that">
              Change the filters above, or wait: what comes is shown at once.
            </EmptyState>
          ) : (
            <EmptyState icon={<IconSend size={32} aria-hidden />} title="Nothing has been delivered yet">
              Publish an event, or send a test event to one of your <Link to="/endpoints">endpoints</Link>.
            </EmptyState>
          )
        }
      />
      {list.waiting > 0 && (
        <Affix position={{ top: 60, left: '50%' }} style={{ transform: 'translateX(-50%)' }}>
          <Button leftSection={<IconArrowUp size={14} aria-hidden />} onClick={list.showWaiting} radius="xl">
            {list.waiting} new
          </Button>
        </Affix>
      )}
    </>
  );
}
