import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { DataTable, type Column } from '../parts/data-table.js';
import { count, percent } from '../parts/format.js';
import { Status } from '../parts/status.js';
import { atTenant } from '../session/at-tenant.js';
import { allOf } from './all-of.js';
import type { Fleet } from './findings.js';
import { Nothing, Part } from './part.js';

type Tenant = NonNullable<Fleet['tenants']>[number];

const columns: readonly Column<Tenant>[] = [
  { header: 'Tenant', cell: ({ id }) => <span style={{ overflowWrap: 'anywhere' }}>{id}</span> },
  { header: 'Deliveries', width: 110, align: 'right', cell: ({ totalDeliveries }) => count(totalDeliveries) },
  { header: 'Failed', width: 100, align: 'right', cell: ({ failedDeliveries }) => count(failedDeliveries) },
  {
    header: 'Succeeded',
    width: 110,
    align: 'right',
    cell: ({ successRate }) => (successRate === null ? '–' : percent(successRate)),
  },
  { header: 'Dead letters', width: 120, align: 'right', cell: ({ deadLetters }) => count(deadLetters) },
  {
    header: 'Waiting',
    width: 100,
    align: 'right',
    cell: ({ waiting }) => (waiting === null ? '–' : count(waiting)),
  },
  {
    header: 'Accounted for',
    width: 150,
    cell: ({ conservationDifference: difference }) => {
      if (difference === null) return 'not counted yet';
      return difference === 0 ? 'all' : <Status tone="bad">{`all but ${count(difference)}`}</Status>;
    },
  },
];

export function FleetTenants({ fleet }: { fleet: Fleet | undefined }): ReactNode {
  return (
    <Part
      title="Tenants"
      id="tenants"
      value={fleet?.tenants}
      actions={
        <Anchor component={Link} to="/tenants" size="sm">
          All tenants
        </Anchor>
      }
    >
      {(tenants) =>
        tenants.length === 0 ? (
          <Nothing>No tenant had any delivery in this period.</Nothing>
        ) : (
          <DataTable
            caption="Tenants"
            columns={columns}
            list={allOf(tenants)}
            rowKey={({ id }) => id}
            rowLink={({ id }) => ({ to: atTenant('/stats', id), label: `Statistics of ${id}` })}
            empty={null}
          />
        )
      }
    </Part>
  );
}
