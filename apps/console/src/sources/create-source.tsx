import { ProblemError, unwrap } from '@postel/client';
import { Button, Drawer, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { CodeBlock } from '../parts/code-block.js';
import { FailureState } from '../parts/states.js';
import { providerChoices, providers } from './providers.js';
import { SetUp } from './set-up.js';
import { SignatureFields } from './signature-fields.js';
import { faultsByField, faultsOf, newSource, sourceOf, type SourceValues } from './source-values.js';

export interface CreateSourceProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** From who sends to what has to be entered there, in one place. */
export function CreateSource({ opened, onClose }: CreateSourceProps): ReactNode {
  const [created, setCreated] = useState<Answer<'CreatedSource'> | null>(null);
  const navigate = useNavigate();
  const close = () => {
    onClose();
    if (created) void navigate(`/sources/${created.id}`);
  };
  return (
    <Drawer
      opened={opened}
      onClose={close}
      position="right"
      size={520}
      title={created ? `Now tell ${providers[created.provider].name}` : 'New source'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {created ? (
        <Created source={created} onDone={close} />
      ) : (
        <Form onCreated={setCreated} onCancel={onClose} />
      )}
    </Drawer>
  );
}

function Form({
  onCreated,
  onCancel,
}: {
  onCreated: (source: Answer<'CreatedSource'>) => void;
  onCancel: () => void;
}): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const form = useForm<SourceValues>({ initialValues: newSource, validate: faultsOf });
  const creating = useMutation({
    mutationFn: (values: SourceValues) => unwrap(api.POST('/v1/sources', { body: sourceOf(values) })),
    onSuccess: async (source) => {
      onCreated(source);
      await queries.invalidateQueries({ queryKey: ['sources'] });
    },
    onError: (error) => form.setErrors(faultsByField(error instanceof ProblemError ? error.errors : [])),
  });
  const { provider } = form.values;
  const { secret, secretIs } = providers[provider];
  const isOfAField = Object.keys(form.errors).length > 0;
  return (
    <form onSubmit={form.onSubmit((values) => creating.mutate(values))} noValidate>
      <Stack gap="md">
        <Select
          label="Who sends"
          data={providerChoices}
          allowDeselect={false}
          data-autofocus
          {...form.getInputProps('provider')}
        />
        <TextInput
          label="Name"
          description="A word of its events’ types, inbound.<name>.…; it cannot be changed"
          placeholder="payments"
          autoComplete="off"
          spellCheck={false}
          required
          {...form.getInputProps('name')}
        />
        <TextInput
          label="Secret"
          description={secret === 'theirs' ? secretIs : 'Left empty, one is made and shown once'}
          autoComplete="off"
          spellCheck={false}
          required={secret === 'theirs'}
          {...form.getInputProps('secret')}
        />
        {provider === 'hmac' && <SignatureFields form={form} />}
        <TextInput label="Description" autoComplete="off" {...form.getInputProps('description')} />
        {creating.error && !isOfAField && <FailureState error={creating.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={creating.isPending}>
            Create the source
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Created({ source, onDone }: { source: Answer<'CreatedSource'>; onDone: () => void }): ReactNode {
  return (
    <Stack gap="lg">
      <SetUp source={source} />
      {source.secret !== null && (
        <div>
          <Text size="sm" mb="xs">
            The secret, shown now and never again. {providers[source.provider].secretIs}
          </Text>
          <CodeBlock text={source.secret} what="the secret of the source" />
        </div>
      )}
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
