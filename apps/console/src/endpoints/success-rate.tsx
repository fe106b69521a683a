import { unwrap } from '@postel/client';
import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { every } from '../api/make-queries.js';
import { count, percent } from '../parts/format.js';

/** Of the last 24 hours; where nothing has ended, there is none. */
export function SuccessRate({ endpointId }: { endpointId: string }): ReactNode {
  const { data, isPending } = useEndpointStats(endpointId, 'day');
  if (isPending) return <Skeleton h={10} w={48} my={5} ml="auto" />;
  if (!data || data.successfulDeliveries + data.failedDeliveries === 0)
    return (
      <Text c="dimmed" size="sm" span>
        –
      </Text>
    );
  return (
    <Text size="sm" span {...(data.successRate < 0.95 ? { c: 'var(--postel-bad)', fw: 500 } : {})}>
      {percent(data.successRate)}{' '}
      <Text span size="xs" c="dimmed">
        of {count(data.successfulDeliveries + data.failedDeliveries)}
      </Text>
    </Text>
  );
}

export function useEndpointStats(endpointId: string, period: 'hour' | 'day' | 'week') {
  const api = useApi();
  return useQuery({
    queryKey: ['endpoints', endpointId, 'stats', period],
    queryFn: () =>
      unwrap(
        api.GET('/v1/endpoints/{id}/stats', { params: { path: { id: endpointId }, query: { period } } }),
      ),
    staleTime: 30_000,
    refetchInterval: every(60_000),
  });
}
