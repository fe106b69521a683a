import {
  Alert,
  Button,
  Collapse,
  Group,
  JsonInput,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { fieldFaults } from '../api/problem-text.js';
import { FailureState } from '../parts/states.js';
import { EventPicker } from './event-picker.js';
import { faultsOf, type EndpointValues } from './form-values.js';
import { HeaderFields } from './header-fields.js';

export type EndpointForm = UseFormReturnType<EndpointValues>;

export interface EndpointFormProps {
  readonly initial: EndpointValues;
  /** Names of the custom headers that there are, whose values nobody is shown. */
  readonly headerNames?: readonly string[];
  readonly action: string;
  readonly onSubmit: (values: EndpointValues) => Promise<unknown>;
  readonly onCancel: () => void;
}

/** Where the API's names of fields are not those of the form. */
const formNames: Readonly<Record<string, keyof EndpointValues>> = {
  signature: 'schemes',
  retry: 'retryJson',
  rateLimit: 'rateMax',
};
const apiNames = [
  'url',
  'description',
  'events',
  'channels',
  'apiVersion',
  'filter',
  'headers',
  'timeoutMs',
  'maxInFlight',
  'ordering',
  'signature',
  'retry',
  'rateLimit',
];

/** All of an endpoint that can be chosen; what few choose is folded away. What the API refuses is told at the field. */
export function EndpointForm({
  initial,
  headerNames = [],
  action,
  onSubmit,
  onCancel,
}: EndpointFormProps): ReactNode {
  const form = useForm<EndpointValues>({ initialValues: initial, validate: faultsOf });
  const [advanced, { toggle, open }] = useDisclosure(false);
  /** Shows the first field that something is wrong with, wherever it is. */
  const showFaults = (faulty: readonly string[]) => {
    if (faulty.some((name) => !basicFields.has(name))) open();
    const first = Object.keys(form.values).find((name) => faulty.includes(name));
    if (first !== undefined) requestAnimationFrame(() => form.getInputNode(first)?.focus());
  };
  const saving = useMutation({
    mutationFn: onSubmit,
    onError: (error) => {
      const { byField } = fieldFaults(error, apiNames);
      const entries = Object.entries(byField).map(([name, text]) => [formNames[name] ?? name, text] as const);
      form.setErrors(Object.fromEntries(entries));
      showFaults(entries.map(([name]) => name));
    },
  });
  const submit = form.onSubmit(
    (values) => saving.mutate(values),
    (errors) => showFaults(Object.keys(errors)),
  );
  const Chevron = advanced ? IconChevronDown : IconChevronRight;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <BasicFields form={form} />
        <UnstyledButton onClick={toggle} aria-expanded={advanced}>
          <Group gap={4}>
            <Chevron size={16} aria-hidden />
            <Text fw={500}>Advanced</Text>
            <Text c="dimmed" size="xs">
              filter, headers, signatures, retries, limits, order
            </Text>
          </Group>
        </UnstyledButton>
        <Collapse expanded={advanced}>
          <AdvancedFields form={form} headerNames={headerNames} />
        </Collapse>
        {saving.error && <SavingFailure error={saving.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const basicFields = new Set<string>(['url', 'description', 'events', 'apiVersion']);

/** What stands at a field already is not said twice. */
function SavingFailure({ error }: { error: unknown }): ReactNode {
  const { byField, rest } = fieldFaults(error, apiNames);
  if (rest.length > 0) {
    return (
      <Alert color="red" variant="light" role="alert">
        {rest.join('; ')}
      </Alert>
    );
  }
  return Object.keys(byField).length > 0 ? null : <FailureState error={error} />;
}

function BasicFields({ form }: { form: EndpointForm }): ReactNode {
  return (
    <>
      <TextInput
        label="URL"
        description="Where events are sent, as a POST"
        placeholder="https://example.com/webhooks"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        required
        data-autofocus
        {...form.getInputProps('url')}
      />
      <EventPicker {...form.getInputProps('events')} />
      <TextInput label="Description" placeholder="What it is for" {...form.getInputProps('description')} />
      <Select
        label="Payload version"
        description="How events are written when they reach it"
        data={[
          { value: '2024-01-01', label: '2024-01-01 (the default)' },
          { value: '2023-01-01', label: '2023-01-01 (with amount_cents)' },
          { value: '1.0', label: '1.0 (flat, with the attempt in the body)' },
          ...(['2024-01-01', '2023-01-01', '1.0'].includes(form.values.apiVersion)
            ? []
            : [form.values.apiVersion]),
        ]}
        allowDeselect={false}
        {...form.getInputProps('apiVersion')}
      />
    </>
  );
}

const schemes = [
  { value: 'standard', label: 'standard (Standard Webhooks, HMAC)' },
  { value: 'standard-ed25519', label: 'standard-ed25519 (a public key)' },
  { value: 'timestamp-hex', label: 'timestamp-hex (X-Webhook-Signature)' },
  { value: 'body-hex', label: 'body-hex (over the body alone)' },
];

function AdvancedFields({
  form,
  headerNames,
}: {
  form: EndpointForm;
  headerNames: readonly string[];
}): ReactNode {
  return (
    <Stack gap="md">
      <JsonInput
        label="Filter"
        description="Conditions on the event, all of which must hold"
        placeholder='{ "data.object.amount": { "gt": 100 } }'
        autosize
        minRows={2}
        {...form.getInputProps('filter')}
      />
      <TagsInput
        label="Channels"
        description="Events of these channels alone; without any, all"
        placeholder={form.values.channels.length === 0 ? 'A channel, then Enter' : ''}
        {...form.getInputProps('channels')}
      />
      <HeaderFields form={form} names={headerNames} />
      <MultiSelect label="Signatures" data={schemes} {...form.getInputProps('schemes')} />
      <Select
        label="Retries"
        data={[
          ...(form.values.retry === 'default' || headerNames.length === 0
            ? [{ value: 'default', label: 'As the operator has it' }]
            : []),
          { value: 'standard-webhooks', label: 'Standard Webhooks: 9 retries over 3 days' },
          { value: 'custom', label: 'Of its own' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('retry')}
      />
      {form.values.retry === 'custom' && (
        <Textarea
          label="Retry policy"
          description="JSON: maxAttempts, initialDelayMs, multiplier, maxDelayMs, jitter; or schedule, in ms"
          autosize
          minRows={4}
          ff="monospace"
          {...form.getInputProps('retryJson')}
        />
      )}
      <LimitFields form={form} />
      <Select
        label="Order"
        data={[
          { value: 'none', label: 'As fast as it goes' },
          { value: 'key', label: 'One at a time of each ordering key, in order' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('ordering')}
      />
    </Stack>
  );
}

function LimitFields({ form }: { form: EndpointForm }): ReactNode {
  return (
    <>
      <Group grow align="flex-start">
        <NumberInput
          label="Timeout, ms"
          min={100}
          max={30_000}
          step={1_000}
          {...form.getInputProps('timeoutMs')}
        />
        <NumberInput label="At once, at most" min={1} max={1_000} {...form.getInputProps('maxInFlight')} />
      </Group>
      <Group grow align="flex-start">
        <NumberInput label="Rate limit" placeholder="none" min={1} {...form.getInputProps('rateMax')} />
        <NumberInput
          label="In so many seconds"
          min={1}
          max={86_400}
          {...form.getInputProps('ratePerSeconds')}
        />
      </Group>
    </>
  );
}
