import { unwrap } from '@postel/client';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { NothingFits } from '../parts/nothing-fits.js';
import { PageHeader } from '../parts/page-header.js';
import { SearchField } from '../parts/search-field.js';
import { SinceSelect } from '../parts/since-select.js';
import { sinceOf } from '../parts/since.js';
import { EmptyState } from '../parts/states.js';
import { Status } from '../parts/status.js';
import { TimeAgo, useNowMs } from '../parts/time-ago.js';
import { useSearchFilters } from '../parts/use-search-filters.js';

type Event = Answer<'Event'>;

const columns: readonly Column<Event>[] = [
  { header: 'Type', cell: ({ type }) => <span style={{ overflowWrap: 'anywhere' }}>{type}</span> },
  {
    header: 'Event',
    cell: ({ id }) => (
      <Text ff="monospace" fz={12} c="dimmed" span style={{ overflowWrap: 'anywhere' }}>
        {id}
      </Text>
    ),
  },
  { header: 'Payload', width: 120, cell: (event) => <Payload event={event} /> },
  { header: 'Accepted', width: 120, align: 'right', cell: ({ acceptedAt }) => <TimeAgo at={acceptedAt} /> },
];

const filterNames = ['type', 'since'] as const;

export function Component(): ReactNode {
  const api = useApi();
  const [{ type, since }, change] = useSearchFilters(filterNames);
  const minute = Math.floor(useNowMs() / 60_000);
  const from = sinceOf(since, minute * 60_000);
  const list = useList(
    ['events', 'list', type, from],
    (page) =>
      unwrap(
        api.GET('/v1/events', {
          params: { query: { ...page, ...(type && { type }), ...(from && { since: from }) } },
        }),
      ),
    { refetchIntervalMs: 5_000 },
  );
  const filtered = type !== undefined || since !== undefined;
  return (
    <>
      <PageHeader
        title="Events"
        description="What was published, and what became of it."
        actions={
          <Button component={Link} to="/explain">
            Publish an event
          </Button>
        }
      />
      <Stack gap="sm">
        <Group gap="xs" role="search" aria-label="Which events">
          <SearchField
            label="Event type"
            value={type ?? ''}
            onSearch={(text) => change({ type: text })}
            w={240}
          />
          <SinceSelect value={since} onChange={(chosen) => change({ since: chosen })} />
        </Group>
        <DataTable
          caption="Events"
          columns={columns}
          list={list}
          rowKey={({ id }) => id}
          rowLink={(event) => ({ to: `/events/${event.id}` })}
          empty={filtered ? <NoneFits onClear={() => change({ type: null, since: null })} /> : <NoneYet />}
        />
      </Stack>
    </>
  );
}

function NoneFits({ onClear }: { onClear: () => void }): ReactNode {
  return (
    <NothingFits title="No event fits" onClear={onClear}>
      The type has to be the whole of it, such as order.created.
    </NothingFits>
  );
}

function NoneYet(): ReactNode {
  return (
    <EmptyState
      icon={<IconBolt size={28} aria-hidden />}
      title="No events yet"
      action={
        <Button component={Link} to="/explain">
          Publish one
        </Button>
      }
    >
      What your application publishes will be here.
    </EmptyState>
  );
}

function Payload({ event }: { event: Event }): ReactNode {
  if (event.erased) return <Status tone="quiet">erased</Status>;
  return event.expired ? <Status tone="quiet">expired</Status> : <span>kept</span>;
}
