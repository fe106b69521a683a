import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { DataTable, type Column } from '../parts/data-table.js';
import { count, duration, percent } from '../parts/format.js';
import { EndpointStatus, Status } from '../parts/status.js';
import { atTenant } from '../session/at-tenant.js';
import { allOf } from './all-of.js';
import type { Fleet } from './findings.js';
import classes from './fleet.module.css';
import { Nothing, Part } from './part.js';

type Endpoint = NonNullable<Fleet['worstEndpoints']>[number];

const columns: readonly Column<Endpoint>[] = [
  {
    header: 'Endpoint',
    cell: ({ url, tenant }) => (
      <span className={classes.endpoint}>
        {url}{' '}
        <Text size="xs" c="dimmed" component="span" display="block" fw={400}>
          of {tenant}
        </Text>
      </span>
    ),
  },
  { header: 'Status', width: 210, cell: (endpoint) => <HowItIs endpoint={endpoint} /> },
  { header: 'Failed', width: 90, align: 'right', cell: ({ failedDeliveries }) => count(failedDeliveries) },
  {
    header: 'Succeeded',
    width: 100,
    align: 'right',
    cell: ({ successRate }) => (successRate === null ? '–' : percent(successRate)),
  },
  { header: 'Dead letters', width: 110, align: 'right', cell: ({ deadLetters }) => count(deadLetters) },
  {
    header: 'Waiting',
    width: 90,
    align: 'right',
    wideOnly: true,
    cell: ({ waiting }) => (waiting === null ? '–' : count(waiting)),
  },
  {
    header: 'p95',
    width: 90,
    align: 'right',
    wideOnly: true,
    cell: ({ p95ResponseTime }) => (p95ResponseTime === null ? '–' : duration(p95ResponseTime)),
  },
];

const why = { manual: 'by hand', gone: '410 Gone', too_many_failures: 'too many failures' } as const;

function HowItIs({ endpoint: { status, disabledReason, circuit } }: { endpoint: Endpoint }): ReactNode {
  return (
    <Group gap={6}>
      <EndpointStatus status={status} />
      {disabledReason !== null && (
        <Text size="xs" c="dimmed" span>
          {why[disabledReason]}
        </Text>
      )}
      {circuit.state !== 'closed' && (
        <Status tone="warning">{circuit.state === 'open' ? 'circuit open' : 'probing'}</Status>
      )}
    </Group>
  );
}

export function WorstEndpoints({ fleet }: { fleet: Fleet | undefined }): ReactNode {
  return (
    <Part title="Worst endpoints" id="worst-endpoints" value={fleet?.worstEndpoints}>
      {(endpoints) =>
        endpoints.length === 0 ? (
          <Nothing>No delivery has failed in this period.</Nothing>
        ) : (
          <DataTable
            caption="Worst endpoints"
            columns={columns}
            list={allOf(endpoints)}
            rowKey={({ endpointId }) => endpointId}
            rowLink={({ endpointId, tenant, url }) => ({
              to: atTenant(`/endpoints/${endpointId}`, tenant),
              label: `Endpoint ${url} of ${tenant}`,
            })}
            empty={null}
          />
        )
      }
    </Part>
  );
}
