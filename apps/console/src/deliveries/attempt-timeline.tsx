import { unwrap } from '@postel/client';
import { Button, Text, Timeline } from '@mantine/core';
import { IconCheck, IconClock, IconX } from '@tabler/icons-react';
import { Fragment, type ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { duration } from '../parts/format.js';
import { Section } from '../parts/section.js';
import { FailureState, RowSkeletons } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';
import { AttemptDetails } from './attempt-details.js';
import { AttemptSummary } from './attempt-summary.js';
import type { Delivery } from './delivery-filters.js';

type Attempt = Answer<'Attempt'>;

/** Every attempt, first to last, with the waits between them. */
export function AttemptTimeline({ delivery }: { delivery: Delivery }): ReactNode {
  const api = useApi();
  const list = useList(
    // with each attempt that is told of there is one more to be read
    ['deliveries', delivery.id, 'attempts', delivery.attempts, delivery.status],
    (query) =>
      unwrap(api.GET('/v1/deliveries/{id}/attempts', { params: { path: { id: delivery.id }, query } })),
    { limit: 100, keepPrevious: true },
  );
  const attempts = list.items;
  return (
    <Section title="Attempts">
      {list.isLoading && <RowSkeletons rows={3} />}
      {list.error && <FailureState error={list.error} onRetry={list.refetch} />}
      {!list.isLoading && !list.error && attempts.length === 0 && <NoAttempt delivery={delivery} />}
      <Timeline bulletSize={22} lineWidth={2} active={attempts.length}>
        {attempts.map((attempt, index) => {
          const before = attempts[index - 1];
          return (
            <Timeline.Item key={attempt.number} {...bulletOf(attempt)}>
              <Fragment>
                {before && <Wait before={before} attempt={attempt} />}
                <AttemptDetails
                  attempt={attempt}
                  endpointId={delivery.endpointId}
                  summary={<AttemptSummary attempt={attempt} />}
                  opened={index === attempts.length - 1}
                />
              </Fragment>
            </Timeline.Item>
          );
        })}
        {delivery.nextAttemptAt && delivery.status === 'retrying' && (
          <Timeline.Item bullet={<IconClock size={12} aria-hidden />} lineVariant="dashed">
            <Text size="sm" c="dimmed">
              Attempt {delivery.attempts + 1} <TimeAgo at={delivery.nextAttemptAt} />
            </Text>
          </Timeline.Item>
        )}
      </Timeline>
      {list.hasMore && (
        <Button variant="subtle" color="gray" mt="sm" onClick={list.loadMore} loading={list.isLoadingMore}>
          Show more
        </Button>
      )}
    </Section>
  );
}

function bulletOf({ outcome }: Attempt) {
  return outcome === 'succeeded'
    ? { color: 'teal', bullet: <IconCheck size={12} aria-hidden /> }
    : { color: outcome === 'dead' ? 'red' : 'orange', bullet: <IconX size={12} aria-hidden /> };
}

function Wait({ before, attempt }: { before: Attempt; attempt: Attempt }): ReactNode {
  const waitedMs = Date.parse(attempt.startedAt) - Date.parse(before.startedAt) - before.durationMs;
  return (
    <Text size="xs" c="dimmed" mb={2}>
      {duration(Math.max(waitedMs, 0))} later
    </Text>
  );
}

function NoAttempt({ delivery: { status } }: { delivery: Delivery }): ReactNode {
  return (
    <Text size="sm" c="dimmed">
      {status === 'pending' || status === 'retrying'
        ? 'None yet. Of a paused endpoint, or one whose circuit is open, deliveries wait.'
        : 'None is kept: it ended without one, or they are past their retention.'}
    </Text>
  );
}
