import { unwrap } from '@postel/client';
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { DeliveryStatus } from '../parts/status.js';
import type { Delivery } from './latest.js';

export interface FirstStepsProps {
  readonly endpoints: readonly Answer<'Endpoint'>[];
  readonly latest: Delivery | null;
}

/** The first ten minutes: what is done is ticked off, and the next thing has its button. */
export function FirstSteps({ endpoints, latest }: FirstStepsProps): ReactNode {
  const active = endpoints.find(({ status }) => status === 'active');
  return (
    <Section title="Begin here" maw={720}>
      <Stack gap="lg" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        <Step
          done={endpoints.length > 0}
          title="Create an endpoint"
          action={
            <Button component={Link} to="/endpoints">
              Create an endpoint
            </Button>
          }
        >
          A URL of yours that webhooks are sent to, and which events it wants.
        </Step>
        <Step
          done={latest !== null}
          title="Send it a test event"
          action={active ? <SendTest endpointId={active.id} /> : null}
        >
          It is signed and sent as every event is, to this endpoint alone.
        </Step>
        <Step done={false} title="See it arrive" action={latest ? <Latest delivery={latest} /> : null}>
          Each attempt is kept, with its request, the answer and how long it took.
        </Step>
      </Stack>
    </Section>
  );
}

interface StepProps {
  readonly done: boolean;
  readonly title: string;
  readonly children: ReactNode;
  readonly action: ReactNode;
}

function Step({ done, title, children, action }: StepProps): ReactNode {
  const Icon = done ? IconCircleCheckFilled : IconCircle;
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm">
      <Icon
        size={20}
        aria-hidden
        style={{ flexShrink: 0 }}
        color={done ? 'var(--mantine-color-teal-6)' : 'var(--postel-muted)'}
      />
      <Stack gap={6} align="flex-start">
        <div>
          <Text size="sm" fw={500}>
            {title}
            {done && (
              <Text span c="dimmed" size="sm" fw={400}>
                {' '}
                done
              </Text>
            )}
          </Text>
          <Text size="sm" c="dimmed">
            {children}
          </Text>
        </div>
        {!done && action}
      </Stack>
    </Group>
  );
}

function SendTest({ endpointId }: { endpointId: string }): ReactNode {
  const api = useApi();
  const sending = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/v1/endpoints/{id}/test', {
          params: { path: { id: endpointId } },
          body: { type: 'webhook.test' },
        }),
      ),
  });
  return (
    <>
      <Button onClick={() => sending.mutate()} loading={sending.isPending || sending.isSuccess}>
        Send a test event
      </Button>
      {sending.error && <FailureState error={sending.error} />}
    </>
  );
}

function Latest({ delivery }: { delivery: Delivery }): ReactNode {
  const { id, status, lastError, lastStatus } = delivery;
  const said = lastError?.message ?? (lastStatus === null ? null : `Answered ${lastStatus}`);
  return (
    <Group gap="xs" role="status">
      <DeliveryStatus status={status} />
      {said && <Text size="sm">{said}</Text>}
      <Anchor component={Link} to={`/deliveries/${id}`} size="sm" underline="always">
        {status === 'pending' ? 'Watch it' : 'See why'}
      </Anchor>
    </Group>
  );
}
