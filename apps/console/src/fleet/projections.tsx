import type { ReactNode } from 'react';
import { count, duration } from '../parts/format.js';
import { FiguresTable } from './figures-table.js';
import type { Fleet } from './findings.js';
import { Part } from './part.js';

/** How old what the tables show is. */
export function Projections({ fleet }: { fleet: Fleet | undefined }): ReactNode {
  return (
    <Part title="Lag of the tables" id="projections" value={fleet?.projections}>
      {(projections) => (
        <FiguresTable
          caption="Lag of the tables"
          headers={['Projection', 'Lag', 'Messages']}
          rows={projections.map(({ projection, lagSeconds, behind }) => [
            projection,
            lagSeconds === 0 ? '0' : duration(lagSeconds * 1_000),
            count(behind),
          ])}
        />
      )}
    </Part>
  );
}
