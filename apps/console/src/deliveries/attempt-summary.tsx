import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer } from '../api/api-context.js';
import { duration } from '../parts/format.js';
import { TimeAgo } from '../parts/time-ago.js';

const outcomes = {
  succeeded: 'succeeded',
  retry: 'failed',
  dead: 'failed for good',
} as const;

/** An attempt in a line. */
export function AttemptSummary({ attempt }: { attempt: Answer<'Attempt'> }): ReactNode {
  const { number, outcome, response, error, durationMs, startedAt } = attempt;
  return (
    <Text size="sm" component="span">
      <Text span fw={600}>
        Attempt {number} {outcomes[outcome]}
      </Text>
      {': '}
      {error ? error.message : `the answer was ${response?.status}`}
      <Text span c="dimmed">
        {' '}
        in {duration(durationMs)}, <TimeAgo at={startedAt} />
      </Text>
    </Text>
  );
}
