import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconListDetails, IconPlus } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Answer } from '../api/api-context.js';
import { useCatalogue } from '../api/use-catalogue.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { NothingFits } from '../parts/nothing-fits.js';
import { PageHeader } from '../parts/page-header.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState } from '../parts/states.js';
import { Status } from '../parts/status.js';
import { useSearchFilters } from '../parts/use-search-filters.js';
import { mayUse, useSession } from '../session/session.js';
import { EditEventType } from './edit-event-type.js';
import { fits, originWords } from './words.js';

type EventType = Answer<'EventType'>;

const columns: readonly Column<EventType>[] = [
  {
    header: 'Type',
    cell: ({ name, description }) => (
      <span style={{ display: 'block', minWidth: 0 }}>
        <span style={{ overflowWrap: 'anywhere' }}>{name}</span>
        {description && (
          <Text size="xs" c="dimmed" component="span" display="block" fw={400} lineClamp={1}>
            {description}
          </Text>
        )}
      </span>
    ),
  },
  {
    header: 'Status',
    width: 130,
    cell: ({ deprecated }) =>
      deprecated ? <Status tone="warning">deprecated</Status> : <Status tone="good">current</Status>,
  },
  {
    header: 'Schema',
    width: 110,
    cell: ({ schema }) => (
      <Text size="sm" span {...(schema ? {} : { c: 'dimmed' })}>
        {schema ? 'enforced' : 'none'}
      </Text>
    ),
  },
  { header: 'Examples', width: 90, align: 'right', cell: ({ examples }) => <span>{examples.length}</span> },
  { header: 'From', width: 170, cell: ({ origin }) => <span>{originWords[origin]}</span>, wideOnly: true },
];

const filterNames = ['search'] as const;

export function Component(): ReactNode {
  const [{ search }, change] = useSearchFilters(filterNames);
  const session = useSession();
  const navigate = useNavigate();
  const [creating, { open, close }] = useDisclosure(false);
  const catalogue = useCatalogue(search !== undefined);
  const items = useMemo(
    () => (search === undefined ? catalogue.items : catalogue.items.filter((type) => fits(type, search))),
    [catalogue.items, search],
  );
  const button = mayUse(session, 'AK') ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New event type
    </Button>
  ) : null;
  return (
    <>
      <PageHeader
        title="Event types"
        description="What can be subscribed to: what each event says, with samples to build a receiver with."
        actions={button}
      />
      <Stack gap="sm">
        <Group role="search" aria-label="Which event types">
          <SearchField
            label="Search"
            value={search ?? ''}
            onSearch={(text) => change({ search: text })}
            w={280}
          />
          {search !== undefined && catalogue.hasMore && (
            <Text size="sm" c="dimmed" role="status">
              Searching …
            </Text>
          )}
        </Group>
        <DataTable
          caption="Event types"
          columns={columns}
          list={{ ...catalogue, items, hasMore: catalogue.hasMore && search === undefined }}
          rowKey={({ name }) => name}
          rowLink={({ name }) => ({ to: `/event-types/${encodeURIComponent(name)}` })}
          empty={
            search === undefined ? (
              <NoneYet action={button} />
            ) : (
              <NothingFits
                title={catalogue.hasMore ? 'Searching …' : 'No event type fits'}
                onClear={() => change({ search: null })}
              />
            )
          }
        />
      </Stack>
      <EditEventType
        opened={creating}
        onClose={close}
        onSaved={(name) => void navigate(`/event-types/${encodeURIComponent(name)}`)}
      />
    </>
  );
}

function NoneYet({ action }: { action: ReactNode }): ReactNode {
  return (
    <EmptyState icon={<IconListDetails size={28} aria-hidden />} title="No event types yet" action={action}>
      A type is listed when it was declared, or when an event of it was published.
    </EmptyState>
  );
}
