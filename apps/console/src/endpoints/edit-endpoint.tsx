import { unwrap } from '@postel/client';
import { Drawer } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { EndpointForm } from './endpoint-form.js';
import { changesBetween, valuesOf } from './form-values.js';

export interface EditEndpointProps {
  readonly endpoint: Answer<'Endpoint'>;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function EditEndpoint({ endpoint, opened, onClose }: EditEndpointProps): ReactNode {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={520}
      title="Edit the endpoint"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form endpoint={endpoint} onClose={onClose} />
    </Drawer>
  );
}

function Form({ endpoint, onClose }: Omit<EditEndpointProps, 'opened'>): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  // as it was when the drawer opened: what others change meanwhile is not undone
  const [before] = useState(() => valuesOf(endpoint));
  return (
    <EndpointForm
      initial={before}
      headerNames={Object.keys(endpoint.headers)}
      action="Save"
      onCancel={onClose}
      onSubmit={async (values) => {
        const body = changesBetween(before, values);
        if (Object.keys(body).length > 0) {
          await unwrap(api.PATCH('/v1/endpoints/{id}', { params: { path: { id: endpoint.id } }, body }));
          await queries.invalidateQueries({ queryKey: ['endpoints'] });
        }
        onClose();
      }}
    />
  );
}
