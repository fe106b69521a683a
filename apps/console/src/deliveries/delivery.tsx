import { unwrap } from '@postel/client';
import { Anchor, Button, Group, Skeleton, Stack } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useApi } from '../api/api-context.js';
import { Id } from '../parts/copy.js';
import { DescriptionList } from '../parts/description-list.js';
import { duration } from '../parts/format.js';
import { PageHeader, type PageHeaderProps } from '../parts/page-header.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { DeliveryStatus } from '../parts/status.js';
import { TimeAgo } from '../parts/time-ago.js';
import { AttemptTimeline } from './attempt-timeline.js';
import type { Delivery as DeliveryAnswer } from './delivery-filters.js';

const back = { to: '/deliveries', label: 'Deliveries' } as const;

export function Component(): ReactNode {
  const { id = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['deliveries', id],
    queryFn: () => unwrap(api.GET('/v1/deliveries/{id}', { params: { path: { id } } })),
    // what has ended may be retried, by others too
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? 1_000 : 5_000),
  });
  return (
    <>
      <PageHeader back={back} {...(data ? headerOf(data) : { title: 'Delivery' })} />
      {data ? (
        <Delivery delivery={data} />
      ) : error ? (
        <FailureState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton h={320} />
      )}
    </>
  );
}

function isOpen({ status }: DeliveryAnswer): boolean {
  return status === 'pending' || status === 'retrying';
}

function headerOf(delivery: DeliveryAnswer): PageHeaderProps {
  const { id, type, status } = delivery;
  return {
    title: type,
    badge: (
      <span role="status">
        <DeliveryStatus status={status} />
      </span>
    ),
    description: <Id value={id} what="the id of the delivery" />,
    actions: <Retry delivery={delivery} />,
  };
}

function Delivery({ delivery }: { delivery: DeliveryAnswer }): ReactNode {
  return (
    <Stack gap="md">
      <Section title="Delivery">
        <Facts delivery={delivery} />
      </Section>
      <AttemptTimeline delivery={delivery} />
    </Stack>
  );
}

function Facts({ delivery }: { delivery: DeliveryAnswer }): ReactNode {
  const { endpointId, url, eventId, createdAt, completedAt, nextAttemptAt } = delivery;
  return (
    <DescriptionList
      items={[
        [
          'Endpoint',
          <Anchor component={Link} to={`/endpoints/${endpointId}`} size="sm" key="endpoint">
            {url}
          </Anchor>,
        ],
        [
          'Event',
          <Group gap="xs" key="event">
            <Id value={eventId} what="the id of the event" />
            <Anchor component={Link} to={`/deliveries?eventId=${eventId}`} size="sm">
              all its deliveries
            </Anchor>
          </Group>,
        ],
        ['Created', <TimeAgo at={createdAt} key="created" />],
        ...(completedAt ? [['Ended', <Ended key="ended" from={createdAt} at={completedAt} />] as const] : []),
        ...(nextAttemptAt ? [['Next attempt', <TimeAgo at={nextAttemptAt} key="next" />] as const] : []),
      ]}
    />
  );
}

function Ended({ from, at }: { from: string; at: string }): ReactNode {
  return (
    <>
      <TimeAgo at={at} />, after {duration(Date.parse(at) - Date.parse(from))}
    </>
  );
}

function Retry({ delivery }: { delivery: DeliveryAnswer }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const retrying = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/v1/deliveries/{id}/retry', { params: { path: { id: delivery.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  return (
    <Stack gap="xs" align="flex-end">
      <Button
        variant={delivery.status === 'dead' ? 'filled' : 'default'}
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={retrying.isPending}
        onClick={() => retrying.mutate()}
      >
        Retry now
      </Button>
      {retrying.error && <FailureState error={retrying.error} />}
    </Stack>
  );
}
