import { unwrap } from '@postel/client';
import { Alert, Button, Grid, Group, Skeleton, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { isGone } from '../api/problem-text.js';
import { Id } from '../parts/copy.js';
import { PageHeader, type PageHeaderProps } from '../parts/page-header.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { EndpointStatus } from '../parts/status.js';
import { TimeAgo } from '../parts/time-ago.js';
import { EditEndpoint } from './edit-endpoint.js';
import { EndpointActions } from './endpoint-actions.js';
import { EndpointFigures } from './endpoint-figures.js';
import { EndpointHistory } from './endpoint-history.js';
import { EndpointSecret } from './endpoint-secret.js';
import { EndpointSettings } from './endpoint-settings.js';
import { TestEvent } from './test-event.js';

const back = { to: '/endpoints', label: 'Endpoints' } as const;

export function Component(): ReactNode {
  const { id = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['endpoints', id],
    queryFn: () => unwrap(api.GET('/v1/endpoints/{id}', { params: { path: { id } } })),
    refetchInterval: 5_000,
  });
  const endpoint = isGone(error) ? undefined : data;
  return (
    <>
      <PageHeader back={back} {...(endpoint ? headerOf(endpoint) : { title: 'Endpoint' })} />
      {endpoint ? (
        <Endpoint endpoint={endpoint} />
      ) : error ? (
        <FailureState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton h={320} />
      )}
    </>
  );
}

function headerOf(endpoint: Answer<'Endpoint'>): PageHeaderProps {
  const { id, url, status, description } = endpoint;
  return {
    title: url,
    badge: <EndpointStatus status={status} />,
    description: (
      <Group gap="xs">
        {description && <span>{description}</span>}
        <Id value={id} what="the id of the endpoint" />
      </Group>
    ),
    actions: (
      <>
        <Edit endpoint={endpoint} />
        <EndpointActions endpoint={endpoint} />
      </>
    ),
  };
}

function Edit({ endpoint }: { endpoint: Answer<'Endpoint'> }): ReactNode {
  const [editing, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconPencil size={14} aria-hidden />} onClick={open}>
        Edit
      </Button>
      <EditEndpoint endpoint={endpoint} opened={editing} onClose={close} />
    </>
  );
}

function Endpoint({ endpoint }: { endpoint: Answer<'Endpoint'> }): ReactNode {
  const { id } = endpoint;
  return (
    <Stack gap="md">
      <Trouble endpoint={endpoint} />
      <EndpointFigures endpointId={id} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }} order={{ base: 2, md: 1 }}>
          <Stack gap="md">
            <EndpointSettings endpoint={endpoint} />
            <EndpointHistory endpointId={id} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }} order={{ base: 1, md: 2 }}>
          <Stack gap="md">
            <Section title="Does it arrive?">
              <TestEvent endpointId={id} />
            </Section>
            <EndpointSecret endpoint={endpoint} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

const whyDisabled = {
  manual: 'Somebody disabled it.',
  gone: 'Its answer was 410 Gone: the receiver wants no more.',
  too_many_failures: 'Too many of its deliveries failed, and none arrived meanwhile.',
} as const;

/** What keeps deliveries from arriving, and what to do. */
function Trouble({ endpoint }: { endpoint: Answer<'Endpoint'> }): ReactNode {
  const { id, status, disabledReason, circuit } = endpoint;
  if (status === 'disabled') {
    return (
      <Alert color="red" variant="light" title="Disabled: no deliveries are made">
        {disabledReason && whyDisabled[disabledReason]} Once it is repaired, enable it, and{' '}
        <Link to={`/recover?endpointId=${id}`}>recover</Link> what it missed.
      </Alert>
    );
  }
  if (status === 'paused') {
    return (
      <Alert color="orange" variant="light" title="Paused: deliveries wait">
        What comes meanwhile is kept, and sent once it is enabled.
      </Alert>
    );
  }
  if (circuit.state === 'closed') return null;
  return (
    <Alert color="orange" variant="light" title="The circuit is open: it failed too often in a row">
      Deliveries wait without using up attempts, until one that is sent as a probe succeeds.
      {circuit.nextProbeAt && (
        <>
          {' '}
          The next probe is <TimeAgo at={circuit.nextProbeAt} />.
        </>
      )}
    </Alert>
  );
}
