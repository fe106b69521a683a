import { ProblemError, unwrap } from '@postel/client';
import { Alert, Button, Drawer, Group, List, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { fieldFaults } from '../api/problem-text.js';
import { FailureState } from '../parts/states.js';
import { bodyOf, formOf, type Faults, type PutEventType, type TypeForm } from './type-form.js';

export interface EditEventTypeProps {
  readonly opened: boolean;
  /** To change; without it a new one is made. */
  readonly type?: Answer<'EventType'>;
  readonly onClose: () => void;
  readonly onSaved: (name: string) => void;
}

export function EditEventType(props: EditEventTypeProps): ReactNode {
  return (
    <Drawer
      opened={props.opened}
      onClose={props.onClose}
      position="right"
      size="lg"
      title={props.type ? `Change ${props.type.name}` : 'New event type'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form {...props} />
    </Drawer>
  );
}

interface Saving {
  readonly name: string;
  readonly body: PutEventType;
  readonly force: boolean;
}

function Form({ type, onClose, onSaved }: EditEventTypeProps): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [form, setForm] = useState(() => formOf(type));
  const [faults, setFaults] = useState<Faults>({});
  const saving = useMutation({
    mutationFn: ({ name, body, force }: Saving) =>
      unwrap(
        api.PUT('/v1/event-types/{name}', {
          params: { path: { name }, query: { force: force ? 'true' : 'false' } },
          body,
        }),
      ),
    onSuccess: (saved) => {
      queries.setQueryData(['event-types', saved.name], saved);
      void queries.invalidateQueries({ queryKey: ['event-types'] });
      onSaved(saved.name);
    },
  });
  const save = (force: boolean) => {
    const answer = bodyOf(form, type?.versions ?? []);
    setFaults('faults' in answer ? answer.faults : {});
    if ('body' in answer) saving.mutate({ name: form.name.trim(), body: answer.body, force });
  };
  const { error } = saving;
  const isIncompatible = error instanceof ProblemError && error.code === 'incompatible_schema';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(false);
      }}
    >
      <Stack gap="md">
        <Fields form={form} onChange={setForm} isNew={!type} faults={{ ...serverFaults(error), ...faults }} />
        {isIncompatible ? (
          <Incompatible error={error} onForce={() => save(true)} isPending={saving.isPending} />
        ) : (
          error && <FailureState error={error} />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {type ? 'Save' : 'Create'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Where the refusal of a schema is asked about, it is not a fault of the field. */
function serverFaults(error: unknown): Faults {
  if (error instanceof ProblemError && error.code === 'incompatible_schema') return {};
  return fieldFaults(error, ['name', 'description', 'schema', 'examples']).byField;
}

interface FieldsProps {
  readonly form: TypeForm;
  readonly onChange: (form: TypeForm) => void;
  readonly isNew: boolean;
  readonly faults: Faults;
}

const code = { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } };

function Fields({ form, onChange, isNew, faults }: FieldsProps): ReactNode {
  return (
    <>
      {isNew && (
        <TextInput
          label="Name"
          description="Words with dots between them, such as order.created"
          value={form.name}
          onChange={(event) => onChange({ ...form, name: event.currentTarget.value })}
          error={faults.name}
          spellCheck={false}
          required
          data-autofocus
        />
      )}
      <Textarea
        label="Description"
        description="When it is sent, for who subscribes to it"
        value={form.description}
        onChange={(event) => onChange({ ...form, description: event.currentTarget.value })}
        error={faults.description}
        autosize
        minRows={2}
      />
      <Textarea
        label="JSON Schema of data.object"
        description="Draft 2020-12, enforced when an event is published. Empty: anything may be in it."
        value={form.schema}
        onChange={(event) => onChange({ ...form, schema: event.currentTarget.value })}
        error={faults.schema}
        autosize
        minRows={6}
        maxRows={18}
        spellCheck={false}
        styles={code}
      />
      <Textarea
        label="Samples"
        description="A list of data.object, each of which fits the schema; the first is sent as a test event"
        value={form.examples}
        onChange={(event) => onChange({ ...form, examples: event.currentTarget.value })}
        error={faults.examples}
        autosize
        minRows={4}
        maxRows={14}
        spellCheck={false}
        styles={code}
      />
      <Switch
        label="Deprecated"
        description="Nobody should begin to use it"
        checked={form.deprecated}
        onChange={(event) => onChange({ ...form, deprecated: event.currentTarget.checked })}
      />
    </>
  );
}

interface IncompatibleProps {
  readonly error: ProblemError;
  readonly onForce: () => void;
  readonly isPending: boolean;
}

/** What receivers were promised would not hold any more: asked, and done all the same where it is wanted. */
function Incompatible({ error, onForce, isPending }: IncompatibleProps): ReactNode {
  return (
    <Alert color="orange" variant="light" title="The schema refuses what the last one accepted" role="alert">
      <Stack gap="xs" align="flex-start">
        <List size="sm">
          {error.errors.map(({ path, message }) => (
            <List.Item key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </List.Item>
          ))}
        </List>
        <Text size="sm">Publishers whose events do not fit any more will be refused.</Text>
        <Button variant="default" onClick={onForce} loading={isPending}>
          Save it nevertheless
        </Button>
      </Stack>
    </Alert>
  );
}
