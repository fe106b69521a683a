import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { count } from '../parts/format.js';
import { FiguresTable } from './figures-table.js';
import type { Fleet } from './findings.js';
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
            headers={['Consumer', 'Stand before it', 'In hand']}
            rows={busiestFirst(consumers).map(({ stream, consumer, pending, ackPending }) => [
              `${stream} / ${consumer}`,
              count(pending),
              count(ackPending),
            ])}
          />
        )}
      </Part>
    </Stack>
  );
}

type Consumers = NonNullable<Fleet['consumers']>;

/** Those that nothing stands before stay where they are, so that nothing moves without a reason. */
function busiestFirst(consumers: Consumers): Consumers {
  return [...consumers].sort((one, other) => other.pending - one.pending);
}
