import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { count } from '../parts/format.js';
import { FiguresTable } from './figures-table.js';
import type { Fleet } from './findings.js';
import { lanesOf } from './lanes.js';
import { Part } from './part.js';
import { size } from './size.js';

/** What lies in the broker, and what stands before whom. */
export function Broker({ fleet }: { fleet: Fleet | undefined }): ReactNode {
  return (
    <Stack gap="md" h="100%">
      <Part title="Streams" id="streams" value={fleet?.streams}>
        {(streams) => (
          <FiguresTable
            caption="Streams"
            headers={['Stream', 'Messages', 'Size']}
            rows={streams.map(({ stream, messages, sizeBytes }) => [
              stream,
              messages === null ? 'does not answer' : count(messages),
              sizeBytes === null ? '–' : size(sizeBytes),
            ])}
          />
        )}
      </Part>
      <Part title="Consumers" id="consumers" value={fleet?.consumers}>
        {(consumers) => (
          <FiguresTable
            caption="Consumers"
            headers={['Consumer', 'Not handed out', 'In hand']}
            rows={lanesOf(consumers).map(({ name, pending, ackPending }) => [
              name,
              count(pending),
              count(ackPending),
            ])}
          />
        )}
      </Part>
    </Stack>
  );
}
