import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { notifyManager, useQueryClient, type QueryCache, type QueryState } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore, type ReactNode } from 'react';
import { isGone, problemText } from '../api/problem-text.js';
import { TimeAgo } from '../parts/time-ago.js';

/** Told above each page whose rows and figures could not be read anew: they look as if they were of now. */
export function StaleNotice(): ReactNode {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback(
    (onChange: () => void) => cache.subscribe(notifyManager.batchCalls(onChange)),
    [cache],
  );
  const oldest = useSyncExternalStore(subscribe, () => oldestThatFailed(cache));
  return <div role="status">{oldest && <Stale error={oldest.error} at={oldest.dataUpdatedAt} />}</div>;
}

/** @param at Unix milliseconds */
function Stale({ error, at }: { error: unknown; at: number }): ReactNode {
  return (
    <Alert
      color="orange"
      variant="light"
      role="group"
      mb="md"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={problemText(error).message}
    >
      <Text size="sm">
        What is shown is as it was <TimeAgo at={new Date(at).toISOString()} />. It is asked for again by
        itself.
      </Text>
    </Alert>
  );
}

/** Of what the page shows; what was never read says so in its place. */
function oldestThatFailed(cache: QueryCache): QueryState | undefined {
  return cache
    .getAll()
    .filter((query) => query.isActive())
    .map(({ state }) => state)
    .filter(({ status, data, error }) => status === 'error' && data !== undefined && !isGone(error))
    .sort((one, other) => one.dataUpdatedAt - other.dataUpdatedAt)[0];
}
