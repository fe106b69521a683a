import { Group, NumberInput, Select, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { duration } from '../parts/format.js';
import type { SettingsValues } from './settings-values.js';

type Form = UseFormReturnType<SettingsValues>;

const modes = [
  { value: 'fleet', label: 'As the fleet has it' },
  { value: 'never', label: 'Never' },
  { value: 'own', label: 'As set here' },
];

/** When the tenant's endpoints count as failing, and are disabled. */
export function AlertFields({ form }: { form: Form }): ReactNode {
  return (
    <Stack gap="sm">
      <Threshold form={form} name="warn" label="Raise an alert" />
      <Threshold form={form} name="disable" label="Disable it, without a success meanwhile" />
      <Select
        label="Disable it after dead letters in a row"
        data={modes}
        allowDeselect={false}
        {...form.getInputProps('consecutive.mode')}
      />
      {form.values.consecutive.mode === 'own' && (
        <NumberInput
          label="Dead letters in a row"
          min={1}
          max={1_000}
          allowDecimal={false}
          {...form.getInputProps('consecutive.deadLetters')}
        />
      )}
    </Stack>
  );
}

function Threshold({
  form,
  name,
  label,
}: {
  form: Form;
  name: 'warn' | 'disable';
  label: string;
}): ReactNode {
  const { mode, windowSeconds } = form.values[name];
  return (
    <>
      <Select label={label} data={modes} allowDeselect={false} {...form.getInputProps(`${name}.mode`)} />
      {mode === 'own' && (
        <Group grow align="flex-start" gap="sm">
          <NumberInput
            label="Dead letters"
            description="So many"
            min={1}
            max={1_000}
            allowDecimal={false}
            {...form.getInputProps(`${name}.deadLetters`)}
          />
          <NumberInput
            label="Within seconds"
            description={Number(windowSeconds) > 0 ? duration(Number(windowSeconds) * 1_000) : 'At least 1'}
            min={1}
            max={604_800}
            allowDecimal={false}
            {...form.getInputProps(`${name}.windowSeconds`)}
          />
        </Group>
      )}
    </>
  );
}
