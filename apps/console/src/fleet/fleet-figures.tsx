import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';
import { Figure } from '../parts/figure.js';
import { count, duration, percent } from '../parts/format.js';
import type { Fleet } from './findings.js';

/** The figures that say how it goes, in one line. */
export function FleetFigures({ fleet }: { fleet: Fleet | undefined }): ReactNode {
  const of = (read: (totals: NonNullable<Fleet['totals']>) => string) =>
    fleet && (fleet.totals ? read(fleet.totals) : '–');
  const ended = fleet?.totals ? fleet.totals.successfulDeliveries + fleet.totals.failedDeliveries : 0;
  const waiting = fleet?.waiting && Object.values(fleet.waiting).reduce((sum, some) => sum + some, 0);
  const oldest = fleet?.oldestWaitingSeconds ?? null;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      <Figure label="Events" value={of(({ events }) => count(events))} hint="accepted" />
      <Figure
        label="Deliveries"
        value={of(({ totalDeliveries }) => count(totalDeliveries))}
        hint={fleet?.totals ? `${count(fleet.totals.failedDeliveries)} failed` : ' '}
      />
      <Figure
        label="Succeeded"
        value={of(({ successRate }) => (ended === 0 ? '–' : percent(successRate)))}
        hint={ended === 0 ? ' ' : `of ${count(ended)} that ended`}
        isBad={ended > 0 && (fleet?.totals?.successRate ?? 1) < 0.95}
      />
      <Figure
        label="Answers within (p95)"
        value={of(({ p95ResponseTime }) => (ended === 0 ? '–' : duration(p95ResponseTime)))}
        hint={fleet?.totals && ended > 0 ? `p50 ${duration(fleet.totals.p50ResponseTime)}` : ' '}
      />
      <Figure
        label="Dead letters"
        value={of(({ deadLetters }) => count(deadLetters))}
        hint="in the period"
        isBad={(fleet?.totals?.deadLetters ?? 0) > 0}
      />
      <Figure
        label="Waiting"
        value={fleet && (waiting === null || waiting === undefined ? '–' : count(waiting))}
        hint={oldest === null ? ' ' : `the oldest ${duration(oldest * 1_000)}`}
      />
    </SimpleGrid>
  );
}
