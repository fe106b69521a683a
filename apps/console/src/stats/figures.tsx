import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer } from '../api/api-context.js';
import { Figure } from '../parts/figure.js';
import { count, duration, percent } from '../parts/format.js';

/** Of the whole period. */
export function Figures({ stats }: { stats: Answer<'Stats'> | undefined }): ReactNode {
  const ended = stats ? stats.successfulDeliveries + stats.failedDeliveries : 0;
  const attempted = stats ? stats.p99ResponseTime > 0 : false;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="md">
      <Figure
        label="Succeeded"
        value={stats && (ended === 0 ? '–' : percent(stats.successRate))}
        hint={`${count(stats?.successfulDeliveries ?? 0)} of ${count(ended)} that ended`}
      />
      <Figure
        label="Deliveries"
        value={stats && count(stats.totalDeliveries)}
        hint={`${count(Math.max((stats?.totalDeliveries ?? 0) - ended, 0))} waiting`}
      />
      <Figure
        label="Half answered within"
        value={stats && (attempted ? duration(stats.p50ResponseTime) : '–')}
        hint="p50 of attempts"
      />
      <Figure
        label="99 % within"
        value={stats && (attempted ? duration(stats.p99ResponseTime) : '–')}
        hint={`95 % within ${attempted && stats ? duration(stats.p95ResponseTime) : '–'}`}
      />
      <Figure label="Dead letters" value={stats && count(stats.deadLetters)} hint="ended without success" />
    </SimpleGrid>
  );
}
