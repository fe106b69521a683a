import { unwrap } from '@postel/client';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { PageHeader } from '../parts/page-header.js';
import { EmptyState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';
import { CreateSource } from './create-source.js';
import { providers, typesOf, type Source } from './providers.js';
import { SourceStatus } from './source-status.js';

const columns: readonly Column<Source>[] = [
  {
    header: 'Source',
    cell: ({ name, description }) => (
      <span style={{ display: 'block', minWidth: 0 }}>
        {name}
        {description && (
          <Text size="xs" c="dimmed" component="span" display="block" lineClamp={1} fw={400}>
            {description}
          </Text>
        )}
      </span>
    ),
  },
  { header: 'Sender', width: 190, cell: ({ provider }) => providers[provider].name },
  { header: 'Status', width: 120, cell: ({ status }) => <SourceStatus status={status} /> },
  {
    header: 'Types of its events',
    width: 240,
    wideOnly: true,
    cell: (source) => <code style={{ fontSize: 12 }}>{typesOf(source)}</code>,
  },
  { header: 'Created', width: 110, cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
];

export function Component(): ReactNode {
  const api = useApi();
  const [creating, { open, close }] = useDisclosure(false);
  const list = useList(['sources', 'list'], (query) => unwrap(api.GET('/v1/sources', { params: { query } })));
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New source
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Sources"
        description="Webhooks of others that come in here: verified, stored, and delivered like any event."
        actions={list.items.length > 0 && button}
      />
      <DataTable
        caption="Sources"
        columns={columns}
        list={list}
        rowKey={({ id }) => id}
        rowLink={({ id, name }) => ({ to: `/sources/${id}`, label: `Source ${name}` })}
        empty={
          <EmptyState
            icon={<IconPlugConnected size={32} aria-hidden />}
            title="No source yet"
            action={button}
          >
            Take webhooks of Stripe, GitHub, Shopify, Slack or anybody who signs, and have them retried,
            filtered and recovered as your own.
          </EmptyState>
        }
      />
      <CreateSource opened={creating} onClose={close} key={creating ? 'open' : 'closed'} />
    </>
  );
}
