import { unwrap } from '@postel/client';
import { Radio, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { Confirm } from '../parts/confirm.js';
import { EndpointSelect } from '../parts/endpoint-select.js';

export interface AboutEventProps {
  readonly id: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function ReplayEvent({ id, opened, onClose }: AboutEventProps): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [toOne, setToOne] = useState(false);
  const [endpointId, setEndpointId] = useState<string | null>(null);
  const replay = async () => {
    const { deliveries } = await unwrap(
      api.POST('/v1/events/{id}/replay', {
        params: { path: { id } },
        body: toOne && endpointId !== null ? { endpointId } : {},
      }),
    );
    notifications.show({
      message:
        deliveries.length === 0
          ? 'No endpoint wants it now: nothing was made.'
          : `${deliveries.length} ${deliveries.length === 1 ? 'delivery was' : 'deliveries were'} made.`,
    });
    void queries.invalidateQueries({ queryKey: ['events', id, 'deliveries'] });
  };
  return (
    <Confirm
      opened={opened}
      title="Replay this event"
      action="Replay"
      ready={!toOne || endpointId !== null}
      onConfirm={replay}
      onClose={onClose}
    >
      <Stack gap="sm">
        New deliveries are made, with the same webhook-id.
        <Radio.Group
          aria-label="To whom"
          value={toOne ? 'one' : 'all'}
          onChange={(value) => setToOne(value === 'one')}
        >
          <Stack gap="xs">
            <Radio value="all" label="To all endpoints that match now" />
            <Radio value="one" label="To one endpoint, whatever its filters say" />
          </Stack>
        </Radio.Group>
        {toOne && <EndpointSelect label="Endpoint" value={endpointId} onChange={setEndpointId} w="100%" />}
      </Stack>
    </Confirm>
  );
}
