import { Autocomplete, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCatalogue } from '../api/use-catalogue.js';
import { Disclosure } from '../parts/disclosure.js';
import type { EventForm, Faults } from './sample.js';

export interface EventFieldsProps {
  readonly form: EventForm;
  readonly onChange: (form: EventForm) => void;
  readonly faults: Faults;
}

export function EventFields({ form, onChange, faults }: EventFieldsProps): ReactNode {
  const { items } = useCatalogue();
  return (
    <Stack gap="md">
      <Autocomplete
        label="Type"
        data={items.map(({ name }) => name)}
        value={form.type}
        onChange={(type) => onChange({ ...form, type })}
        error={faults.type}
        limit={50}
        spellCheck={false}
        required
      />
      <Textarea
        label="Payload"
        description="data.object, as JSON"
        value={form.payload}
        onChange={(event) => onChange({ ...form, payload: event.currentTarget.value })}
        error={faults.payload}
        autosize
        minRows={8}
        maxRows={20}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
        required
      />
      <Disclosure label="Channels and ordering">
        <Stack gap="md">
          <TagsInput
            label="Channels"
            description="An endpoint with channels takes it only if it has one of these"
            value={[...form.channels]}
            onChange={(channels) => onChange({ ...form, channels })}
            acceptValueOnBlur
          />
          <TextInput
            label="Ordering key"
            value={form.orderingKey}
            onChange={(event) => onChange({ ...form, orderingKey: event.currentTarget.value })}
          />
        </Stack>
      </Disclosure>
    </Stack>
  );
}
