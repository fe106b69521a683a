import { unwrap } from '@postel/client';
import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { PageHeader } from '../parts/page-header.js';
import { EmptyState } from '../parts/states.js';
import { EndpointStatus, Status } from '../parts/status.js';
import { CreateEndpoint } from './create-endpoint.js';
import { SuccessRate } from './success-rate.js';

type Endpoint = Answer<'Endpoint'>;

const columns: readonly Column<Endpoint>[] = [
  {
    header: 'Endpoint',
    cell: ({ url, description }) => (
      <span style={{ display: 'block', minWidth: 0 }}>
        <span style={{ overflowWrap: 'anywhere' }}>{url}</span>
        {description && (
          <Text size="xs" c="dimmed" component="span" display="block" lineClamp={1} fw={400}>
            {description}
          </Text>
        )}
      </span>
    ),
  },
  {
    header: 'Status',
    width: 190,
    cell: (endpoint) => (
      <Group gap={6}>
        <EndpointStatus status={endpoint.status} />
        <Circuit endpoint={endpoint} />
      </Group>
    ),
  },
  { header: 'Events', width: 240, cell: ({ events }) => <Events events={events} />, wideOnly: true },
  {
    header: 'Succeeded, 24 h',
    width: 150,
    align: 'right',
    cell: ({ id }) => <SuccessRate endpointId={id} />,
  },
];

export function Component(): ReactNode {
  const api = useApi();
  const [creating, { open, close }] = useDisclosure(false);
  const list = useList(
    ['endpoints', 'list'],
    (query) => unwrap(api.GET('/v1/endpoints', { params: { query } })),
    { refetchIntervalMs: 15_000 },
  );
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New endpoint
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Endpoints"
        description="The URLs that events are sent to."
        actions={list.items.length > 0 && button}
      />
      <DataTable
        caption="Endpoints"
        columns={columns}
        list={list}
        rowKey={({ id }) => id}
        rowLink={({ id }) => ({ to: `/endpoints/${id}` })}
        empty={
          <EmptyState icon={<IconWebhook size={32} aria-hidden />} title="No endpoint yet" action={button}>
            An endpoint is a URL of yours. Create one, send it a test event, and see it arrive.
          </EmptyState>
        }
      />
      <CreateEndpoint opened={creating} onClose={close} key={creating ? 'open' : 'closed'} />
    </>
  );
}

function Events({ events }: { events: readonly string[] }): ReactNode {
  const [first, second, ...others] = events;
  const shown = [first, second].filter((event) => event !== undefined).join(', ');
  return (
    <Text size="sm" c="dimmed" span title={events.join(', ')}>
      {shown === '*' ? 'all' : shown}
      {others.length > 0 && ` and ${others.length} more`}
    </Text>
  );
}

export function Circuit({ endpoint: { circuit } }: { endpoint: Endpoint }): ReactNode {
  if (circuit.state === 'closed') return null;
  return <Status tone="warning">{circuit.state === 'open' ? 'circuit open' : 'probing'}</Status>;
}
