import { unwrap } from '@postel/client';
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.js';
import { untilThere } from '../api/until-there.js';
import { EndpointSelect } from '../parts/endpoint-select.js';
import { FailureState } from '../parts/states.js';
import { DeliveryStatus } from '../parts/status.js';

/** Sends a test event of a type to an endpoint, whatever its filters say, and follows it. */
export function SendTest({ type }: { type: string }): ReactNode {
  const api = useApi();
  const [endpointId, setEndpointId] = useState<string | null>(null);
  const sending = useMutation({
    mutationFn: (id: string) =>
      unwrap(api.POST('/v1/endpoints/{id}/test', { params: { path: { id } }, body: { type } })),
  });
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <EndpointSelect
          label="Endpoint to send to"
          value={endpointId}
          onChange={setEndpointId}
          activeOnly
          w={320}
        />
        <Button
          variant="default"
          disabled={endpointId === null}
          loading={sending.isPending}
          onClick={() => {
            if (endpointId !== null) sending.mutate(endpointId);
          }}
        >
          Send a test event
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        To this endpoint alone, whatever its filters say; with the first sample where the type has a schema.
      </Text>
      {sending.error && <FailureState error={sending.error} />}
      <div aria-live="polite">{sending.data && <Outcome deliveryId={sending.data.deliveryId} />}</div>
    </Stack>
  );
}

function Outcome({ deliveryId }: { deliveryId: string }): ReactNode {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['deliveries', deliveryId, 'of a test'],
    queryFn: () => unwrap(api.GET('/v1/deliveries/{id}', { params: { path: { id: deliveryId } } })),
    refetchInterval: ({ state }) =>
      state.data && state.data.status !== 'pending' && state.data.status !== 'retrying' ? false : 1_000,
    ...untilThere,
  });
  if (error) return <FailureState error={error} />;
  return (
    <Group gap="xs">
      {data ? <DeliveryStatus status={data.status} /> : <Text size="sm">On its way …</Text>}
      {data && (data.lastError ?? data.lastStatus) && (
        <Text size="sm">{data.lastError?.message ?? `Answered ${data.lastStatus}`}</Text>
      )}
      <Anchor component={Link} to={`/deliveries/${deliveryId}`} size="sm" underline="always">
        Open the delivery
      </Anchor>
    </Group>
  );
}
