import { ProblemError, unwrap } from '@postel/client';
import { Button, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import type { Source } from './providers.js';

type NumberValue = number | string;

function valuesOf({ description, toleranceSeconds, rateLimit }: Source) {
  return {
    description,
    toleranceSeconds: toleranceSeconds as NumberValue,
    /** Empty: none. */
    perSecond: (rateLimit ? rateLimit.max / rateLimit.perSeconds : '') as NumberValue,
  };
}

export function SourceSettings({ source }: { source: Source }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const form = useForm({ initialValues: valuesOf(source) });
  const saving = useMutation({
    mutationFn: ({ description, toleranceSeconds, perSecond }: typeof form.values) =>
      unwrap(
        api.PATCH('/v1/sources/{id}', {
          params: { path: { id: source.id } },
          body: {
            description,
            toleranceSeconds: Number(toleranceSeconds),
            // what nobody touched stays, in the unit it was set in
            ...(form.isDirty('perSecond')
              ? { rateLimit: perSecond === '' ? null : { max: Number(perSecond), perSeconds: 1 } }
              : {}),
          },
        }),
      ),
    onSuccess: async (changed) => {
      const values = valuesOf(changed);
      form.setInitialValues(values);
      form.setValues(values);
      await queries.invalidateQueries({ queryKey: ['sources'] });
    },
    onError: (error) => form.setErrors(faultsOf(error)),
  });
  return (
    <Section title="Settings">
      <form onSubmit={form.onSubmit((values) => saving.mutate(values))} noValidate>
        <Stack gap="md">
          <TextInput label="Description" maxLength={1024} {...form.getInputProps('description')} />
          <Group grow align="flex-start" gap="sm">
            <NumberInput
              label="Tolerance"
              description="How far a signature’s time may be off"
              suffix=" s"
              min={1}
              max={86_400}
              allowDecimal={false}
              {...form.getInputProps('toleranceSeconds')}
            />
            <NumberInput
              label="Rate limit"
              description="Beyond it 429; empty: none"
              suffix=" / s"
              min={1}
              {...form.getInputProps('perSecond')}
            />
          </Group>
          {saving.error && Object.keys(form.errors).length === 0 && <FailureState error={saving.error} />}
          <Group justify="flex-end" gap="sm">
            {saving.isSuccess && !form.isDirty() && (
              <Text size="sm" c="dimmed" role="status">
                Saved
              </Text>
            )}
            <Button type="submit" loading={saving.isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function faultsOf(error: unknown): Record<string, string> {
  const errors = error instanceof ProblemError ? error.errors : [];
  return Object.fromEntries(
    errors.map(({ path, message }) => [path.startsWith('rateLimit') ? 'perSecond' : path, message]),
  );
}
