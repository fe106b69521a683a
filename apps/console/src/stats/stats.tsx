import '@mantine/charts/styles.css';
import { unwrap } from '@postel/client';
import { Group, SegmentedControl, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { every } from '../api/make-queries.js';
import { EndpointSelect } from '../parts/endpoint-select.js';
import { PageHeader } from '../parts/page-header.js';
import { FailureState } from '../parts/states.js';
import { useSearchFilters } from '../parts/use-search-filters.js';
import { ErrorsChart, LatencyChart, RateChart, VolumeChart } from './charts.js';
import { Figures } from './figures.js';
import type { Period } from './series.js';

const periods = [
  { value: 'hour', label: 'Hour' },
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
] as const;

const names = ['period', 'endpointId'] as const;

export function Component(): ReactNode {
  const [filters, change] = useSearchFilters(names);
  const period: Period = periods.find(({ value }) => value === filters.period)?.value ?? 'day';
  const { stats, series } = useStats(period, filters.endpointId);
  const failed = series.error ?? stats.error;
  return (
    <>
      <PageHeader
        title="Statistics"
        actions={
          <Group gap="xs">
            <EndpointSelect
              label="Endpoint"
              none="All endpoints"
              value={filters.endpointId ?? null}
              onChange={(endpointId) => change({ endpointId })}
            />
            <SegmentedControl
              aria-label="Period"
              data={periods.map(({ value, label }) => ({ value, label }))}
              value={period}
              onChange={(value) => change({ period: value })}
            />
          </Group>
        }
      />
      {failed && !series.data ? (
        <FailureState
          error={failed}
          onRetry={() => {
            void stats.refetch();
            void series.refetch();
          }}
        />
      ) : (
        <Stack gap="md">
          <Figures stats={stats.data} />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
            {series.data ? (
              <>
                <RateChart series={series.data} />
                <VolumeChart series={series.data} />
                <LatencyChart series={series.data} />
                <ErrorsChart series={series.data} />
              </>
            ) : (
              Array.from({ length: 4 }, (_, index) => <Skeleton key={index} h={300} />)
            )}
          </SimpleGrid>
        </Stack>
      )}
    </>
  );
}

/** Asked again each minute, which is the shortest step of a series. */
function useStats(period: Period, endpointId: string | undefined) {
  const api = useApi();
  const query = { period };
  const options = { refetchInterval: every(30_000), placeholderData: keepPreviousData };
  const stats = useQuery({
    queryKey: ['stats', period, endpointId ?? null],
    queryFn: () =>
      unwrap(
        endpointId === undefined
          ? api.GET('/v1/stats', { params: { query } })
          : api.GET('/v1/endpoints/{id}/stats', { params: { path: { id: endpointId }, query } }),
      ),
    ...options,
  });
  const series = useQuery({
    queryKey: ['stats', 'series', period, endpointId ?? null],
    queryFn: () =>
      unwrap(
        endpointId === undefined
          ? api.GET('/v1/stats/series', { params: { query } })
          : api.GET('/v1/endpoints/{id}/stats/series', { params: { path: { id: endpointId }, query } }),
      ),
    ...options,
  });
  return { stats, series };
}
