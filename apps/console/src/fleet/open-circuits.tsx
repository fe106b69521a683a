import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { DataTable, type Column } from '../parts/data-table.js';
import { count } from '../parts/format.js';
import { TimeAgo } from '../parts/time-ago.js';
import { atTenant } from '../session/at-tenant.js';
import { allOf } from './all-of.js';
import type { Fleet } from './findings.js';
import classes from './fleet.module.css';
import { Nothing, Part } from './part.js';

type Circuit = Fleet['openCircuits'][number];

const columns: readonly Column<Circuit>[] = [
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
  { header: 'Open since', width: 110, cell: ({ since }) => <TimeAgo at={since} /> },
  { header: 'Next probe', width: 110, cell: ({ nextProbeAt }) => <TimeAgo at={nextProbeAt} /> },
];

export function OpenCircuits({ fleet }: { fleet: Fleet | undefined }): ReactNode {
  return (
    <Part title="Open circuits" id="open-circuits" value={fleet?.openCircuits}>
      {(circuits) =>
        circuits.length === 0 ? (
          <Nothing>None is open: no endpoint fails again and again.</Nothing>
        ) : (
          <>
            <DataTable
              caption="Open circuits"
              columns={columns}
              list={allOf(circuits)}
              rowKey={({ endpointId }) => endpointId}
              rowLink={({ endpointId, tenant, url }) => ({
                to: atTenant(`/endpoints/${endpointId}`, tenant),
                label: `Endpoint ${url} of ${tenant}`,
              })}
              empty={null}
            />
            {fleet && fleet.openCircuitCount > circuits.length && (
              <Text size="xs" c="dimmed" mt="xs">
                Of {count(fleet.openCircuitCount)}, the last that opened.
              </Text>
            )}
          </>
        )
      }
    </Part>
  );
}
