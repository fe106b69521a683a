import { unwrap } from '@postel/client';
import { SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
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
  const seen = latest.items.some(({ status }) => status === 'succeeded');
  const earlier = useArrivedEarlier(!seen);
  const arrived = seen || earlier.data;
  const error = endpoints.error ?? earlier.error ?? latest.error;
  // what nobody could read is not the same as nothing
  const hasNone = latest.items.length === 0;
  const isKnown = arrived === true || (arrived === false && !(hasNone && (latest.isLoading || latest.error)));
  return (
    <>
      <PageHeader title="Overview" />
      {!endpoints.data || !isKnown ? (
        error ? (
          <FailureState
            error={error}
            onRetry={() => {
              void endpoints.refetch();
              void earlier.refetch();
              latest.refetch();
            }}
          />
        ) : (
          <Skeleton h={360} />
        )
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

/** Whether any delivery arrived, of those that are not among the latest. */
function useArrivedEarlier(enabled: boolean): UseQueryResult<boolean> {
  const api = useApi();
  return useQuery({
    queryKey: ['deliveries', 'arrived'],
    queryFn: async () =>
      (await unwrap(api.GET('/v1/deliveries', { params: { query: { status: 'succeeded', limit: 1 } } }))).data
        .length > 0,
    enabled,
  });
}
