import { Paper, SimpleGrid, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { count, duration, percent } from '../parts/format.js';
import { useEndpointStats } from './success-rate.js';

/** Of the last 24 hours. */
export function EndpointFigures({ endpointId }: { endpointId: string }): ReactNode {
  const { data } = useEndpointStats(endpointId, 'day');
  const ended = data ? data.successfulDeliveries + data.failedDeliveries : 0;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="md">
      <Figure
        label="Deliveries, 24 h"
        value={data && count(data.totalDeliveries)}
        to={`/deliveries?endpointId=${endpointId}`}
      />
      <Figure label="Succeeded" value={data && (ended === 0 ? '–' : percent(data.successRate))} />
      <Figure
        label="Answers within (p95)"
        value={data && (ended === 0 ? '–' : duration(data.p95ResponseTime))}
      />
      <Figure
        label="Dead letters"
        value={data && count(data.deadLetters)}
        to={`/dead-letters?endpointId=${endpointId}`}
      />
    </SimpleGrid>
  );
}

function Figure({ label, value, to }: { label: string; value: string | undefined; to?: string }): ReactNode {
  const name = (
    <Text size="xs" c="dimmed" span>
      {label}
    </Text>
  );
  return (
    <Paper withBorder px="md" py="sm" bg="var(--postel-surface)">
      {to ? (
        <Link to={to} style={{ textDecorationColor: 'var(--postel-muted)' }}>
          {name}
        </Link>
      ) : (
        name
      )}
      {value === undefined ? (
        <Skeleton h={18} w={64} my={5} />
      ) : (
        <Text fz={20} lh={1.4} fw={600} className="figure">
          {value}
        </Text>
      )}
    </Paper>
  );
}
