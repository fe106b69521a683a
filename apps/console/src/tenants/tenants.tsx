import { unwrap } from '@postel/client';
import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { PageHeader } from '../parts/page-header.js';
import { EmptyState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';
import { useSearchFilters } from '../parts/use-search-filters.js';
import { atTenant } from '../session/at-tenant.js';
import { CreateTenant } from './create-tenant.js';
import { Erasure } from './erasure.js';
import type { Tenant } from './settings-values.js';

const columns: readonly Column<Tenant>[] = [
  { header: 'Tenant', cell: ({ id }) => <span style={{ overflowWrap: 'anywhere' }}>{id}</span> },
  {
    header: 'Description',
    cell: ({ description }) => (
      <Text size="sm" c="dimmed" lineClamp={1} span>
        {description === '' ? '–' : description}
      </Text>
    ),
  },
  {
    header: 'Event types',
    width: 150,
    wideOnly: true,
    cell: ({ strictEventTypes }) => (strictEventTypes ? 'of the catalogue' : 'any'),
  },
  {
    header: 'Created',
    width: 110,
    // `default` was there before anybody could say when
    cell: ({ createdAt }) => (Date.parse(createdAt) === 0 ? 'always there' : <TimeAgo at={createdAt} />),
  },
  {
    header: 'Its pages',
    width: 130,
    align: 'right',
    cell: ({ id }) => (
      <Button
        component={Link}
        to={atTenant('/endpoints', id)}
        variant="default"
        size="compact-sm"
        aria-label={`Open as ${id}`}
      >
        Open as
      </Button>
    ),
  },
];

export function Component(): ReactNode {
  const api = useApi();
  const [creating, { open, close }] = useDisclosure(false);
  const [{ erasure }, change] = useSearchFilters(['erasure']);
  const list = useList(['tenants', 'list'], (query) => unwrap(api.GET('/v1/tenants', { params: { query } })));
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New tenant
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Tenants"
        description="Whose endpoints an event may reach. Each sees nothing of the others."
        actions={button}
      />
      <Stack gap="md">
        {erasure && (
          <Erasure jobId={erasure} onDone={list.refetch} onClose={() => change({ erasure: null })} />
        )}
        <DataTable
          caption="Tenants"
          columns={columns}
          list={list}
          rowKey={({ id }) => id}
          rowLink={({ id }) => ({ to: `/tenants/${id}`, label: `Tenant ${id}` })}
          empty={
            <EmptyState icon={<IconUsersGroup size={32} aria-hidden />} title="No tenant yet" action={button}>
              Make one for each customer whose webhooks you send.
            </EmptyState>
          }
        />
      </Stack>
      <CreateTenant opened={creating} onClose={close} />
    </>
  );
}
