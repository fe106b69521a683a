import { unwrap } from '@postel/client';
import { Anchor, Button, Skeleton, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { CodeBlock } from '../parts/code-block.js';
import { Id } from '../parts/copy.js';
import { DescriptionList } from '../parts/description-list.js';
import { EndpointName } from '../parts/endpoint-name.js';
import { PageHeader } from '../parts/page-header.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';
import { lastWords, reasons, textOf } from './reasons.js';

/** One that has no delivery to be looked at, or somebody's link: why, and the bytes of what was no event. */
export function Component(): ReactNode {
  const { id = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letters', id],
    queryFn: () => unwrap(api.GET('/v1/dead-letters/{id}', { params: { path: { id } } })),
  });
  return (
    <>
      <PageHeader
        title={data ? reasons[data.reason].label : 'Dead letter'}
        back={{ to: '/dead-letters', label: 'Dead letters' }}
        actions={data?.deliveryId ? <Redrive id={id} /> : null}
      />
      {error && <FailureState error={error} onRetry={() => void refetch()} />}
      {data ? <Letter letter={data} /> : !error && <Skeleton h={240} />}
    </>
  );
}

function Letter({ letter }: { letter: Answer<'DeadLetter'> }): ReactNode {
  const { why, advice } = reasons[letter.reason];
  return (
    <Stack gap="md">
      <Section title="Why">
        <DescriptionList
          items={[
            ['What happened', why],
            ['What to do', advice],
            [
              'Last',
              `${lastWords(letter) ?? 'no attempt was made'}${letter.lastError?.path ? ` (at ${letter.lastError.path})` : ''}`,
            ],
            ['Gave up', <TimeAgo key="at" at={letter.createdAt} />],
            ['Attempts', letter.attempts],
            ['Endpoint', <EndpointName key="endpoint" id={letter.endpointId} />],
            ['Event', <Id key="event" value={letter.eventId} what="the id of the event" />],
            ...(letter.deliveryId
              ? ([
                  [
                    'Delivery',
                    <Anchor
                      key="delivery"
                      component={Link}
                      to={`/deliveries/${letter.deliveryId}`}
                      underline="always"
                      size="sm"
                    >
                      Every attempt, with request and response
                    </Anchor>,
                  ],
                ] as const)
              : []),
          ]}
        />
      </Section>
      {letter.payload !== undefined && (
        <Section title="What was published">
          <CodeBlock text={textOf(letter.payload)} what="the bytes that were published" />
        </Section>
      )}
    </Stack>
  );
}

function Redrive({ id }: { id: string }): ReactNode {
  const api = useApi();
  const doing = useMutation({
    mutationFn: () => unwrap(api.POST('/v1/dead-letters/{id}/redrive', { params: { path: { id } } })),
  });
  return (
    <Stack gap="xs" align="flex-end">
      <Button onClick={() => doing.mutate()} loading={doing.isPending} disabled={doing.isSuccess}>
        {doing.isSuccess ? 'Redriven' : 'Redrive'}
      </Button>
      {doing.error && <FailureState error={doing.error} />}
    </Stack>
  );
}
