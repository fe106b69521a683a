import { Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { count, duration } from '../parts/format.js';
import type { Fleet } from './findings.js';
import { Nothing, Part } from './part.js';

const reasons: Readonly<Record<string, string | undefined>> = {
  retry: 'Next attempt, by their schedule',
  paused: 'Endpoint is paused',
  busy: 'Endpoint has enough in flight',
  rate_limited: 'Rate limit of the endpoint',
  circuit_open: 'Circuit is open',
  ordering: 'Another of the same key goes first',
};

/** Why deliveries wait, the most first. */
export function Waiting({ fleet }: { fleet: Fleet | undefined }): ReactNode {
  return (
    <Part title="Waiting, and why" id="waiting" value={fleet?.waiting}>
      {(waiting) => {
        const rows = Object.entries(waiting).sort(([, one], [, other]) => other - one);
        const most = rows[0]?.[1] ?? 1;
        if (rows.length === 0) return <Nothing>No delivery waits.</Nothing>;
        return (
          <Stack gap="sm">
            {rows.map(([reason, amount]) => (
              <div key={reason}>
                <Group justify="space-between" gap="xs" mb={4} wrap="nowrap">
                  <Text size="sm">{reasons[reason] ?? reason}</Text>
                  <Text size="sm" className="figure" fw={500}>
                    {count(amount)}
                  </Text>
                </Group>
                <Progress value={(amount / most) * 100} size="sm" aria-hidden />
              </div>
            ))}
            {fleet?.oldestWaitingSeconds != null && (
              <Text size="xs" c="dimmed">
                The oldest waits since {duration(fleet.oldestWaitingSeconds * 1_000)}.
              </Text>
            )}
          </Stack>
        );
      }}
    </Part>
  );
}
