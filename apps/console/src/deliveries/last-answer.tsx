import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { TimeAgo } from '../parts/time-ago.js';
import type { Delivery } from './delivery-filters.js';

/** What the receiver said last, or why it said nothing; and when it is asked again. */
export function LastAnswer({ delivery }: { delivery: Delivery }): ReactNode {
  const { lastStatus, lastError, status, nextAttemptAt } = delivery;
  const said = lastError ? lastError.code : (lastStatus ?? '–');
  return (
    <Text size="sm" span title={lastError?.message}>
      <span className="figure">{said}</span>
      {status === 'retrying' && nextAttemptAt && (
        <Text size="xs" c="dimmed" span>
          {' '}
          again <TimeAgo at={nextAttemptAt} />
        </Text>
      )}
    </Text>
  );
}
