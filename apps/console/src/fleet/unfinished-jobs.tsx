import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { DataTable, type Column } from '../parts/data-table.js';
import { count } from '../parts/format.js';
import { Status, type Tone } from '../parts/status.js';
import { TimeAgo } from '../parts/time-ago.js';
import { atTenant } from '../session/at-tenant.js';
import { allOf } from './all-of.js';
import type { Fleet } from './findings.js';
import { Nothing, Part } from './part.js';

type Job = NonNullable<Fleet['jobs']>[number];

const kinds = { recover: 'Recover', redrive: 'Redrive', tenant_erasure: 'Erasure of a tenant' } as const;
const tones: Readonly<Record<Job['state'], Tone>> = {
  queued: 'waiting',
  running: 'waiting',
  paused: 'warning',
  succeeded: 'good',
  failed: 'bad',
};

const columns: readonly Column<Job>[] = [
  {
    header: 'Job',
    cell: ({ kind, tenant }) => (
      <span style={{ display: 'block', overflowWrap: 'anywhere' }}>
        {kinds[kind]}{' '}
        <Text size="xs" c="dimmed" component="span" display="block" fw={400}>
          of {tenant}
        </Text>
      </span>
    ),
  },
  { header: 'State', width: 110, cell: ({ state }) => <Status tone={tones[state]}>{state}</Status> },
  {
    header: 'Done',
    width: 140,
    align: 'right',
    cell: ({ progress: { done, total } }) =>
      total === null ? count(done) : `${count(done)} of ${count(total)}`,
  },
  { header: 'Begun', width: 100, cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
];

/** Of all tenants. */
export function UnfinishedJobs({ fleet }: { fleet: Fleet | undefined }): ReactNode {
  return (
    <Part title="Unfinished jobs" id="jobs" value={fleet?.jobs}>
      {(jobs) =>
        jobs.length === 0 ? (
          <Nothing>None runs or waits.</Nothing>
        ) : (
          <DataTable
            caption="Unfinished jobs"
            columns={columns}
            list={allOf(jobs)}
            rowKey={({ id }) => id}
            rowLink={(job) => ({ to: pageOf(job), label: `${kinds[job.kind]} of ${job.tenant}` })}
            empty={null}
          />
        )
      }
    </Part>
  );
}

/** Nobody can look at a tenant that is being erased. */
function pageOf({ id, kind, tenant }: Job): string {
  return kind === 'tenant_erasure' ? `/tenants?erasure=${id}` : atTenant(`/jobs/${id}`, tenant);
}
