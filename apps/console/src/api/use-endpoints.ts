import { unwrap } from '@postel/client';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useApi, type Answer } from './api-context.js';

/**
 * The newest 250: to choose from, and to say where something went.
 * @param refetchIntervalMs where their state is shown too
 */
export function useEndpoints(refetchIntervalMs?: number): UseQueryResult<readonly Answer<'Endpoint'>[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['endpoints', 'newest'],
    queryFn: async () => (await unwrap(api.GET('/v1/endpoints', { params: { query: { limit: 250 } } }))).data,
    staleTime: 15_000,
    ...(refetchIntervalMs === undefined ? {} : { refetchInterval: refetchIntervalMs }),
  });
}
