import { unwrap } from '@postel/client';
import { Button, Drawer, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { useApi } from '../api/api-context.js';
import { fieldFaults } from '../api/problem-text.js';
import { FailureState } from '../parts/states.js';

export interface CreateTenantProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function CreateTenant({ opened, onClose }: CreateTenantProps): ReactNode {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={480}
      title="New tenant"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form onCancel={onClose} />
    </Drawer>
  );
}

const fields = ['id', 'description'] as const;
const asTheFleet = {
  metadata: {},
  alerts: null,
  retention: { payloadDays: null, attemptDays: null, rowDays: null },
} as const;

function Form({ onCancel }: { onCancel: () => void }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({ initialValues: { id: '', description: '', strictEventTypes: false } });
  const creating = useMutation({
    mutationFn: (values: typeof form.values) =>
      unwrap(api.POST('/v1/tenants', { body: { ...values, ...asTheFleet } })),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['tenants'] });
      await navigate(`/tenants/${id}`);
    },
    onError: (error) => form.setErrors(fieldFaults(error, fields).byField),
  });
  const isOfAField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={form.onSubmit((values) => creating.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="It is its id, and cannot be changed: a-z, 0-9, _ and -"
          placeholder="acme"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          required
          {...form.getInputProps('id')}
        />
        <TextInput
          label="Description"
          placeholder="Acme Inc."
          autoComplete="off"
          {...form.getInputProps('description')}
        />
        <Switch
          label="Only event types of the catalogue"
          description="Others are refused, instead of being added to it"
          {...form.getInputProps('strictEventTypes', { type: 'checkbox' })}
        />
        {creating.error && !isOfAField && <FailureState error={creating.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={creating.isPending}>
            Create the tenant
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
