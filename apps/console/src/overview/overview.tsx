import { unwrap } from '@postel/client';
import { SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { useEndpoints } from '../api/use-endpoints.js';
import { PageHeader } from '../parts/page-header.js';
import { FailureState } from '../parts/states.js';
import { FailingEndpoints } from './failing-endpoints.js';
import { FirstSteps } from './first-steps.js';
import { LatestDeliveries } from './latest-deliveries.js';
import { DayFigures } from './day-figures.js';
import { useLatest } from './use-latest.js';

/** To begin with, what to do; from the first delivery that arrived on, how it goes. */
export function Component(): ReactNode {
  const endpoints = useEndpoints(10_000);
  const latest = useLatest();
  const arrived = useHasArrived(latest.items.some(({ status }) => status === 'succeeded'));
  const error = endpoints.error ?? latest.error;
  return (
    <>
      <PageHeader title="Overview" />
      {error && !endpoints.data ? (
        <FailureState
          error={error}
          onRetry={() => {
            void endpoints.refetch();
            latest.refetch();
          }}
        />
      ) : !endpoints.data || latest.isLoading || arrived === undefined ? (
        <Skeleton h={360} />
      ) : (
        <Stack gap="md">
          {arrived ? (
            <DayFigures />
          ) : (
            <FirstSteps endpoints={endpoints.data} latest={latest.items[0] ?? null} />
          )}
          {(arrived || latest.items.length > 0) && (
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" style={{ alignItems: 'start' }}>
              <LatestDeliveries latest={latest} />
              <FailingEndpoints endpoints={endpoints.data} />
            </SimpleGrid>
          )}
        </Stack>
      )}
    </>
  );
}

/** @param seen one was seen here already @returns undefined while it is not known */
function useHasArrived(seen: boolean): boolean | undefined {
  const api = useApi();
  const { data, isError } = useQuery({
    queryKey: ['deliveries', 'arrived'],
    queryFn: async () =>
      (await unwrap(api.GET('/v1/deliveries', { params: { query: { status: 'succeeded', limit: 1 } } }))).data
        .length > 0,
    enabled: !seen,
  });
  if (seen) return true;
  return isError ? false : data;
}
