import { NumberInput, SimpleGrid } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import type { SettingsValues } from './settings-values.js';

const fields = [
  { name: 'payloadDays', label: 'Payloads', description: 'The bytes of events' },
  { name: 'attemptDays', label: 'Attempts', description: 'Requests and answers' },
  { name: 'rowDays', label: 'Rows', description: 'Events, deliveries' },
] as const;

/** Days after which something is forgotten; left empty, those of the fleet. */
export function RetentionFields({ form }: { form: UseFormReturnType<SettingsValues> }): ReactNode {
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      {fields.map(({ name, label, description }) => (
        <NumberInput
          key={name}
          label={label}
          description={description}
          placeholder="as the fleet"
          suffix=" days"
          min={1}
          max={400}
          allowDecimal={false}
          {...form.getInputProps(name)}
        />
      ))}
    </SimpleGrid>
  );
}
