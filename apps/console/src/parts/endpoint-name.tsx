import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useEndpoints } from '../api/use-endpoints.js';

/** Where an endpoint is, which people know it by; its id where it is not among the newest. */
export function EndpointName({ id }: { id: string | null }): ReactNode {
  const { data } = useEndpoints();
  if (id === null)
    return (
      <Text c="dimmed" span size="sm">
        none
      </Text>
    );
  const url = data?.find((endpoint) => endpoint.id === id)?.url;
  return <span style={{ overflowWrap: 'anywhere' }}>{url ?? id}</span>;
}
