import { unwrap } from '@postel/client';
import { Alert, Anchor, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconClock } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { isGone } from '../api/problem-text.js';
import { FailureState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';

const askAgainMs = 500;

/** Sends a test event, and tells what becomes of it until it has arrived, or will not. */
export function TestEvent({ endpointId }: { endpointId: string }): ReactNode {
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
    <Stack gap="sm" align="stretch">
      <Group>
        <Button
          variant={sending.data ? 'default' : 'filled'}
          loading={sending.isPending}
          onClick={() => sending.mutate()}
        >
          {sending.data ? 'Send another' : 'Send a test event'}
        </Button>
      </Group>
      {sending.error && <FailureState error={sending.error} />}
      <div aria-live="polite">{sending.data && <Outcome deliveryId={sending.data.deliveryId} />}</div>
    </Stack>
  );
}

function Outcome({ deliveryId }: { deliveryId: string }): ReactNode {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['deliveries', deliveryId, 'test'],
    queryFn: async () => {
      try {
        return await unwrap(api.GET('/v1/deliveries/{id}', { params: { path: { id: deliveryId } } }));
      } catch (failure) {
        // tables lag behind what was answered
        if (isGone(failure)) return null;
        throw failure;
      }
    },
    refetchInterval: ({ state }) => (isFinal(state.data) ? false : askAgainMs),
  });
  if (error) return <FailureState error={error} />;
  if (!data || data.status === 'pending') return <OnItsWay />;
  const link = (
    <Anchor component={Link} to={`/deliveries/${deliveryId}`} underline="always">
      Every attempt, with request and response
    </Anchor>
  );
  if (data.status === 'succeeded') {
    return (
      <Alert
        color="teal"
        variant="light"
        icon={<IconCircleCheck size={18} aria-hidden />}
        title={`It arrived: ${data.lastStatus}`}
      >
        {link}
      </Alert>
    );
  }
  const waits = data.status === 'retrying' && data.nextAttemptAt;
  return (
    <Alert
      color={waits ? 'orange' : 'red'}
      variant="light"
      icon={waits ? <IconClock size={18} aria-hidden /> : <IconCircleX size={18} aria-hidden />}
      title={`Attempt ${data.attempts} failed: ${whyNot(data)}`}
    >
      <Stack gap={4}>
        <Text size="sm">
          {waits ? (
            <>
              The next attempt is <TimeAgo at={waits} />.
            </>
          ) : (
            'It will not be tried again by itself.'
          )}
        </Text>
        {link}
      </Stack>
    </Alert>
  );
}

function OnItsWay(): ReactNode {
  return (
    <Group gap="xs">
      <Loader size="xs" aria-hidden />
      <Text size="sm">On its way …</Text>
    </Group>
  );
}

function isFinal(delivery: Answer<'Delivery'> | null | undefined): boolean {
  return delivery?.status === 'succeeded' || delivery?.status === 'dead' || delivery?.status === 'discarded';
}

function whyNot({ lastStatus, lastError }: Answer<'Delivery'>): string {
  return lastError?.message ?? (lastStatus === null ? 'no answer' : `the answer was ${lastStatus}`);
}
