import { unwrap } from '@postel/client';
import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { every } from '../api/make-queries.js';
import { Figure } from '../parts/figure.js';
import { count, duration, percent } from '../parts/format.js';

/** Charts are half a megabyte: the figures do not wait for them. */
const RateSparkline = lazy(() => import('./rate-sparkline.js'));

/** Of the last 24 hours. */
export function DayFigures(): ReactNode {
  const api = useApi();
  const query = { period: 'day' } as const;
  const { data: stats } = useQuery({
    queryKey: ['stats', 'day', null],
    queryFn: () => unwrap(api.GET('/v1/stats', { params: { query } })),
    refetchInterval: every(15_000),
  });
  const { data: series } = useQuery({
    queryKey: ['stats', 'series', 'day', null],
    queryFn: () => unwrap(api.GET('/v1/stats/series', { params: { query } })),
    refetchInterval: every(60_000),
  });
  const ended = stats ? stats.successfulDeliveries + stats.failedDeliveries : 0;
  const rates = series?.points.map(({ successRate }) => successRate) ?? [];
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} spacing="md">
      <Figure
        label="Succeeded, 24 h"
        value={stats && (ended === 0 ? '–' : percent(stats.successRate))}
        hint={
          <Suspense fallback={<div style={{ height: 24 }} />}>
            <RateSparkline rates={rates} />
          </Suspense>
        }
      />
      <Figure
        label="Deliveries, 24 h"
        value={stats && count(stats.totalDeliveries)}
        hint={`${count(ended)} ended`}
      />
      <Figure
        label="Dead letters, 24 h"
        value={stats && count(stats.deadLetters)}
        hint="ended without success"
      />
      <Figure
        label="Answers within (p95)"
        value={stats && (stats.p95ResponseTime > 0 ? duration(stats.p95ResponseTime) : '–')}
        hint={
          stats && stats.p50ResponseTime > 0
            ? `half within ${duration(stats.p50ResponseTime)}`
            : 'of attempts'
        }
      />
    </SimpleGrid>
  );
}
