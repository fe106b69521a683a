import { unwrap } from '@postel/client';
import { Button, Fieldset, Group, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { fieldFaults } from '../api/problem-text.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { AlertFields } from './alert-fields.js';
import { RetentionFields } from './retention-fields.js';
import { changesOf, metadataFault, valuesOf, type SettingsValues, type Tenant } from './settings-values.js';

const fields = ['description'] as const;

/** What is set of a tenant. What somebody else changes while it is edited stays as they left it. */
export function TenantSettings({ tenant }: { tenant: Tenant }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [saved, setSaved] = useState(() => valuesOf(tenant));
  const form = useForm<SettingsValues>({ initialValues: saved, validate: { metadata: metadataFault } });
  const saving = useMutation({
    mutationFn: (values: SettingsValues) => {
      const params = { path: { id: tenant.id } };
      return unwrap(api.PATCH('/v1/tenants/{id}', { params, body: changesOf(saved, values) }));
    },
    onSuccess: async (changed) => {
      const values = valuesOf(changed);
      setSaved(values);
      form.setInitialValues(values);
      form.setValues(values);
      await queries.invalidateQueries({ queryKey: ['tenants'] });
    },
    onError: (error) => form.setErrors(fieldFaults(error, fields).byField),
  });
  const isOfAField = Object.keys(form.errors).length > 0;
  return (
    <Section title="Settings">
      <form onSubmit={form.onSubmit((values) => saving.mutate(values))} noValidate>
        <Stack gap="md">
          <TextInput label="Description" maxLength={1024} {...form.getInputProps('description')} />
          <Switch
            label="Only event types of the catalogue"
            description="Others are refused, instead of being added to it"
            {...form.getInputProps('strictEventTypes', { type: 'checkbox' })}
          />
          <Fieldset legend="Failing endpoints">
            <AlertFields form={form} />
          </Fieldset>
          <Fieldset legend="How long it is kept">
            <RetentionFields form={form} />
          </Fieldset>
          <Textarea
            label="Metadata"
            description="For you; a JSON object of texts"
            placeholder={'{ "plan": "gold" }'}
            autosize
            minRows={2}
            maxRows={10}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
            {...form.getInputProps('metadata')}
          />
          {saving.error && !isOfAField && <FailureState error={saving.error} />}
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
