import { unwrap } from '@postel/client';
import { Grid, SegmentedControl, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { PageHeader } from '../parts/page-header.js';
import { FailureState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';
import { useSearchFilters } from '../parts/use-search-filters.js';
import { Broker } from './broker.js';
import { Conservation } from './conservation.js';
import { FindingList } from './finding-list.js';
import type { Fleet } from './findings.js';
import { FleetFigures } from './fleet-figures.js';
import { FleetTenants } from './fleet-tenants.js';
import { OpenCircuits } from './open-circuits.js';
import { Projections } from './projections.js';
import { UnfinishedJobs } from './unfinished-jobs.js';
import { Waiting } from './waiting.js';
import { WorstEndpoints } from './worst-endpoints.js';

const periods = [
  { value: 'hour', label: 'Hour' },
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
] as const;
type Period = Fleet['period'];

/** What is with all tenants, asked anew every five seconds; what was there stays until the next is. */
export function Component(): ReactNode {
  const api = useApi();
  const [filters, change] = useSearchFilters(['period']);
  const period: Period = periods.find(({ value }) => value === filters.period)?.value ?? 'hour';
  const { data, error, refetch } = useQuery({
    queryKey: ['fleet', period],
    queryFn: () => unwrap(api.GET('/v1/fleet', { params: { query: { period } } })),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader
        title="Fleet"
        description={
          data ? (
            <>
              All tenants, as of <TimeAgo at={data.at} />
            </>
          ) : (
            'All tenants'
          )
        }
        actions={
          <SegmentedControl
            size="xs"
            aria-label="Period"
            data={[...periods]}
            value={period}
            onChange={(chosen) => change({ period: chosen === 'hour' ? null : chosen })}
          />
        }
      />
      {error && !data ? (
        <FailureState error={error} onRetry={() => void refetch()} />
      ) : (
        <Parts fleet={data} error={error} />
      )}
    </>
  );
}

function Parts({ fleet, error }: { fleet: Fleet | undefined; error: Error | null }): ReactNode {
  return (
    <Stack gap="md">
      <FindingList fleet={fleet} error={error} />
      <FleetFigures fleet={fleet} />
      <WorstEndpoints fleet={fleet} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Waiting fleet={fleet} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <OpenCircuits fleet={fleet} />
        </Grid.Col>
      </Grid>
      <FleetTenants fleet={fleet} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <UnfinishedJobs fleet={fleet} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Conservation fleet={fleet} />
        </Grid.Col>
      </Grid>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Broker fleet={fleet} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Projections fleet={fleet} />
        </Grid.Col>
      </Grid>
      <Text size="xs" c="dimmed">
        Figures of tenants and endpoints, the broker’s and the waiting room’s are measured every few seconds,
        and not with each request.
      </Text>
    </Stack>
  );
}
