import { Anchor, Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { count } from '../parts/format.js';
import { Status } from '../parts/status.js';
import { TimeAgo } from '../parts/time-ago.js';
import { FiguresTable } from './figures-table.js';
import type { Fleet } from './findings.js';
import { Part } from './part.js';

/** Whether every event and every delivery is accounted for, and what to do when not. */
export function Conservation({ fleet }: { fleet: Fleet | undefined }): ReactNode {
  return (
    <Part title="Conservation" id="conservation" value={fleet?.conservation}>
      {({ holds, eventsDifference, deliveriesDifference, checkedAt }) => (
        <Stack gap="sm">
          <div>
            {holds === null ? (
              <Status tone="quiet">not counted yet</Status>
            ) : (
              <Status tone={holds ? 'good' : 'bad'}>
                {holds ? 'every figure adds up' : 'something is not accounted for'}
              </Status>
            )}
          </div>
          <FiguresTable
            caption="Conservation"
            headers={['Of all tenants', 'Not accounted for']}
            rows={[
              ['Events', count(eventsDifference)],
              ['Deliveries', count(deliveriesDifference)],
            ]}
          />
          {holds === false && <WhatToDo />}
          <Text size="xs" c="dimmed">
            {checkedAt !== null && (
              <>
                Counted from the streams, <TimeAgo at={checkedAt} />.{' '}
              </>
            )}
            What is compared with what: <Code>docs/explanation/conservation.md</Code>, and{' '}
            <Anchor href="/docs" underline="always" inherit>
              GET /v1/conservation
            </Anchor>
            .
          </Text>
        </Stack>
      )}
    </Part>
  );
}

function WhatToDo(): ReactNode {
  return (
    <Text size="sm">
      A difference is a fault of Postel, the broker or the disk, never of a receiver. The table of tenants
      says whose it is; <Code>GET /v1/conservation</Code> of that tenant and the log of metrics name the first
      events and deliveries. A replay of the event makes a missing delivery anew. Steps:{' '}
      <Code>docs/how-to/runbooks/conservation.md</Code>.
    </Text>
  );
}
