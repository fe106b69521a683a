import { unwrap } from '@postel/client';
import { Stack, Text } from '@mantine/core';
import { IconMailOff } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { EndpointName } from '../parts/endpoint-name.js';
import { NothingFits } from '../parts/nothing-fits.js';
import { PageHeader } from '../parts/page-header.js';
import { EmptyState } from '../parts/states.js';
import { TimeAgo, useNowMs } from '../parts/time-ago.js';
import { useSearchFilters } from '../parts/use-search-filters.js';
import { Actions } from './actions.js';
import { filterNames, filterOf } from './filter.js';
import { Filters } from './filters.js';
import { lastWords, reasons } from './reasons.js';

type DeadLetter = Answer<'DeadLetter'>;

const columns: readonly Column<DeadLetter>[] = [
  {
    header: 'Why',
    cell: (letter) => (
      <span style={{ display: 'block' }}>
        {reasons[letter.reason].label}
        <Text size="xs" c="dimmed" component="span" display="block" fw={400} lineClamp={1}>
          {lastWords(letter) ?? 'No attempt was made'}
        </Text>
      </span>
    ),
  },
  { header: 'Endpoint', cell: ({ endpointId }) => <EndpointName id={endpointId} /> },
  { header: 'Attempts', width: 90, align: 'right', cell: ({ attempts }) => <span>{attempts}</span> },
  { header: 'Gave up', width: 120, align: 'right', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
];

export function Component(): ReactNode {
  const api = useApi();
  const [filters, change] = useSearchFilters(filterNames);
  const minute = Math.floor(useNowMs() / 60_000);
  const filter = filterOf(filters, minute * 60_000);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  // done with here; until tables have it too, they would come again
  const [handled, setHandled] = useState<ReadonlySet<string>>(new Set());
  const list = useList(
    ['dead-letters', filters, filters.since ? minute : 0],
    (page) => unwrap(api.GET('/v1/dead-letters', { params: { query: { ...page, ...filter } } })),
    { refetchIntervalMs: 10_000 },
  );
  const items = list.items.filter(({ id }) => !handled.has(id));
  const chosen = items.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  return (
    <>
      <PageHeader
        title="Dead letters"
        description="What Postel gave up on, and why. Mend the cause, then redrive: the same delivery is sent again, with all its attempts."
      />
      <Stack gap="sm">
        <Filters filters={filters} onChange={change} />
        <Actions
          chosen={chosen}
          filter={filter}
          hasAny={items.length > 0}
          onHandled={(ids) => {
            setHandled(new Set([...handled, ...ids]));
            setSelected(new Set());
            list.refetch();
          }}
        />
        <DataTable
          caption="Dead letters"
          columns={columns}
          list={{ ...list, items }}
          rowKey={({ id }) => id}
          rowLink={(letter) => ({
            to: letter.deliveryId ? `/deliveries/${letter.deliveryId}` : `/dead-letters/${letter.id}`,
          })}
          selection={{
            selected: new Set(chosen),
            onChange: setSelected,
            label: ({ id, reason }) => `Select ${reasons[reason].label}, ${id}`,
          }}
          empty={<Nothing filtered={Object.keys(filters).length > 0} onClear={() => change(noFilters)} />}
        />
      </Stack>
    </>
  );
}

const noFilters = Object.fromEntries(filterNames.map((name) => [name, null]));

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }): ReactNode {
  if (filtered) {
    return (
      <NothingFits title="No dead letter fits" onClear={onClear}>
        Nothing that ended without success is like this.
      </NothingFits>
    );
  }
  return (
    <EmptyState icon={<IconMailOff size={28} aria-hidden />} title="No dead letters">
      Nothing ended without success. What an endpoint refuses, or does not take until its last attempt, will
      be here.
    </EmptyState>
  );
}
