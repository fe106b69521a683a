import { unwrap } from '@postel/client';
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { actorOf } from '../parts/actor.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { count } from '../parts/format.js';
import { PageHeader } from '../parts/page-header.js';
import { EmptyState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';
import { useSearchFilters } from '../parts/use-search-filters.js';
import { AuditDetails } from './audit-details.js';
import { AuditFilters, auditFilterNames } from './audit-filters.js';
import { auditActions, deedOf, pageOf, type AuditEntry } from './deeds.js';

export function Component(): ReactNode {
  const api = useApi();
  const [filters, change] = useSearchFilters(auditFilterNames);
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const { action, ...others } = filters;
  const known = auditActions.find((name) => name === action);
  const list = useList(
    ['audit', filters],
    (page) =>
      unwrap(
        api.GET('/v1/audit', {
          params: { query: { ...page, ...others, ...(known === undefined ? {} : { action: known }) } },
        }),
      ),
    { refetchIntervalMs: 10_000 },
  );
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHeader
        title="Audit"
        description="Who did what, newest first: people, their keys, and Postel itself."
      />
      <Stack gap="sm">
        <AuditFilters filters={filters} onChange={change} />
        <DataTable
          caption="Audit"
          columns={columnsWith(setShown)}
          list={list}
          rowKey={({ id }) => id}
          empty={
            isFiltered ? (
              <EmptyState
                title="Nothing fits these filters"
                action={
                  <Button
                    variant="default"
                    onClick={() => change(Object.fromEntries(auditFilterNames.map((name) => [name, null])))}
                  >
                    Clear the filters
                  </Button>
                }
              />
            ) : (
              <EmptyState icon={<IconFileCheck size={32} aria-hidden />} title="Nothing was done yet">
                Each change of an endpoint, a key, a source or a setting stands here, with who made it.
              </EmptyState>
            )
          }
        />
      </Stack>
      <AuditDetails entry={shown} onClose={() => setShown(null)} />
    </>
  );
}

function columnsWith(onShow: (entry: AuditEntry) => void): readonly Column<AuditEntry>[] {
  return [
    { header: 'When', width: 120, cell: ({ at }) => <TimeAgo at={at} /> },
    { header: 'Who', width: 240, cell: ({ actor }) => <Actor actor={actor} /> },
    { header: 'What', cell: ({ action }) => deedOf(action) },
    { header: 'Of what', width: 340, wideOnly: true, cell: (entry) => <OfWhat entry={entry} /> },
    {
      header: 'More',
      width: 90,
      align: 'right',
      cell: (entry) => (
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => onShow(entry)}
          aria-label={`Details of: ${deedOf(entry.action)}`}
        >
          Details
        </Button>
      ),
    },
  ];
}

function Actor({ actor }: { actor: string }): ReactNode {
  const { name, id } = actorOf(actor);
  return (
    <span style={{ display: 'block', minWidth: 0 }}>
      {name}
      {id !== null && (
        <Text size="xs" c="dimmed" component="span" display="block" ff="monospace" truncate maw={220}>
          {id}
        </Text>
      )}
    </span>
  );
}

function OfWhat({ entry }: { entry: AuditEntry }): ReactNode {
  const page = pageOf(entry);
  const name = entry.subject ?? entry.endpointId;
  const many = entry.count > 1 ? `${count(entry.count)} at once` : null;
  if (name === null) return many ?? '–';
  return (
    <Text size="xs" ff="monospace" component="span" style={{ overflowWrap: 'anywhere' }}>
      {page === null ? (
        name
      ) : (
        <Anchor component={Link} to={page} inherit>
          {name}
        </Anchor>
      )}
      {many !== null && `, ${many}`}
    </Text>
  );
}
