import '@mantine/charts/styles.css';
import { Sparkline } from '@mantine/charts';
import type { ReactNode } from 'react';
import { percent } from '../parts/format.js';

/** Hour by hour; hours in which nothing ended are left out. */
export default function RateSparkline({ rates }: { rates: readonly (number | null)[] }): ReactNode {
  const known = rates.filter((rate) => rate !== null);
  const worst = Math.min(...known);
  // a single point has no line
  const drawn = known.length === 1 ? [...known, ...known] : known;
  return (
    <div
      role="img"
      aria-label={known.length === 0 ? 'Nothing has ended' : `Hour by hour; the lowest was ${percent(worst)}`}
      style={{ height: 24 }}
    >
      {drawn.length > 0 && (
        <div aria-hidden inert>
          <Sparkline
            h={24}
            data={drawn}
            color="teal.6"
            fillOpacity={0.2}
            strokeWidth={1.5}
            curveType="linear"
          />
        </div>
      )}
    </div>
  );
}
