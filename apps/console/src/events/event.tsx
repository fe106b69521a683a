import { unwrap } from '@postel/client';
import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEraser, IconRepeat } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { untilThere } from '../api/until-there.js';
import { asWritten } from '../parts/as-written.js';
import { CodeBlock } from '../parts/code-block.js';
import { Id } from '../parts/copy.js';
import { DescriptionList } from '../parts/description-list.js';
import { PageHeader } from '../parts/page-header.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';
import { EraseEvent } from './erase-event.js';
import { EventDeliveries } from './event-deliveries.js';
import { ReplayEvent } from './replay-event.js';

export function Component(): ReactNode {
  const { id = '' } = useParams();
  const api = useApi();
  const [replaying, replay] = useDisclosure(false);
  const [erasing, erase] = useDisclosure(false);
  const [isAsked, setAsked] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['events', id],
    queryFn: async () => {
      const text = await unwrap(api.GET('/v1/events/{id}', { params: { path: { id } }, parseAs: 'text' }));
      return JSON.parse(text, asWritten) as Answer<'Event'>;
    },
    // it would take a number as it was written apart
    structuralSharing: false,
    ...untilThere,
    // it is erased a moment after it was asked for
    refetchInterval: ({ state }) => (isAsked && !state.data?.erased ? 1_000 : false),
  });
  const hasPayload = data !== undefined && !data.erased && !data.expired;
  return (
    <>
      <PageHeader
        title={data?.type ?? 'Event'}
        back={{ to: '/events', label: 'Events' }}
        description={<Id value={id} what="the id of the event" />}
        actions={
          <>
            <Button
              leftSection={<IconRepeat size={15} aria-hidden />}
              onClick={replay.open}
              disabled={!hasPayload}
            >
              Replay
            </Button>
            <Button
              variant="default"
              leftSection={<IconEraser size={15} aria-hidden />}
              onClick={erase.open}
              disabled={!hasPayload}
            >
              Erase …
            </Button>
          </>
        }
      />
      {error && <FailureState error={error} onRetry={() => void refetch()} />}
      {data ? (
        <Stack gap="md">
          <EventDeliveries id={id} />
          <Details event={data} />
        </Stack>
      ) : (
        !error && <Skeleton h={360} />
      )}
      <ReplayEvent id={id} opened={replaying} onClose={replay.close} />
      <EraseEvent id={id} opened={erasing} onClose={erase.close} onAsked={() => setAsked(true)} />
    </>
  );
}

function Details({ event }: { event: Answer<'Event'> }): ReactNode {
  return (
    <Section
      title="Payload"
      actions={
        <Button
          component={Link}
          to={`/event-types/${encodeURIComponent(event.type)}`}
          variant="subtle"
          size="xs"
        >
          About {event.type}
        </Button>
      }
    >
      <Stack gap="sm">
        {event.erased || event.expired ? (
          <Alert
            color="gray"
            variant="light"
            title={event.erased ? 'The payload was erased' : 'The payload is past its retention'}
          >
            What became of the event is still known; what was in it is not.
          </Alert>
        ) : (
          <CodeBlock text={JSON.stringify(event.data, null, 2)} what="the payload" />
        )}
        {event.relatedObjects !== undefined && (
          <>
            <Text size="sm" fw={500}>
              Related objects
            </Text>
            <CodeBlock text={JSON.stringify(event.relatedObjects, null, 2)} what="the related objects" />
          </>
        )}
        <DescriptionList
          items={[
            ['Accepted', <TimeAgo key="accepted" at={event.acceptedAt} />],
            ['Created', <TimeAgo key="created" at={new Date(event.created * 1_000).toISOString()} />],
            ['Payload version', event.apiVersion],
            ['Channels', event.channels.length === 0 ? 'none' : event.channels.join(', ')],
          ]}
        />
      </Stack>
    </Section>
  );
}
