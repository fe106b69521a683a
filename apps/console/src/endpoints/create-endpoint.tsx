import { unwrap } from '@postel/client';
import { Drawer, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { EndpointForm } from './endpoint-form.js';
import { newEndpoint, requestOf } from './form-values.js';
import { SecretOnce } from './secret-once.js';
import { TestEvent } from './test-event.js';

export interface CreateEndpointProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** From a URL to an event that arrived there, in one place. */
export function CreateEndpoint({ opened, onClose }: CreateEndpointProps): ReactNode {
  const [created, setCreated] = useState<Answer<'CreatedEndpoint'> | null>(null);
  const navigate = useNavigate();
  const close = () => {
    onClose();
    if (created) void navigate(`/endpoints/${created.id}`);
  };
  return (
    <Drawer
      opened={opened}
      onClose={close}
      position="right"
      size={520}
      title={created ? 'The endpoint is there' : 'New endpoint'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {created ? <Created endpoint={created} /> : <Form onCreated={setCreated} onCancel={onClose} />}
    </Drawer>
  );
}

function Form({
  onCreated,
  onCancel,
}: {
  onCreated: (endpoint: Answer<'CreatedEndpoint'>) => void;
  onCancel: () => void;
}) {
  const api = useApi();
  const queries = useQueryClient();
  return (
    <EndpointForm
      initial={newEndpoint}
      action="Create the endpoint"
      onCancel={onCancel}
      onSubmit={async (values) => {
        const endpoint = await unwrap(api.POST('/v1/endpoints', { body: requestOf(values) }));
        onCreated(endpoint);
        await queries.invalidateQueries({ queryKey: ['endpoints'] });
      }}
    />
  );
}

function Created({ endpoint }: { endpoint: Answer<'CreatedEndpoint'> }): ReactNode {
  return (
    <Stack gap="lg">
      <SecretOnce secret={endpoint.secret}>
        With this signing secret your receiver checks that a request is from here. It is shown now; later it
        can be revealed, which the history tells.
      </SecretOnce>
      <div>
        <Text fw={500} mb={4}>
          Does it arrive?
        </Text>
        <Text size="sm" c="dimmed" mb="sm">
          A test event goes to <code>{endpoint.url}</code> alone.
        </Text>
        <TestEvent endpointId={endpoint.id} />
      </div>
    </Stack>
  );
}
