import { ProblemError, unwrap } from '@postel/client';
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import type { Source } from './providers.js';
import { secretsOf } from './source-values.js';

/** Replaces all secrets: first by the new and the old, and by the new alone once the provider has it. */
export function ChangeSecrets({ source: { id, secretCount } }: { source: Source }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const secrets = secretsOf(text);
  const changing = useMutation({
    mutationFn: () => unwrap(api.PATCH('/v1/sources/{id}', { params: { path: { id } }, body: { secrets } })),
    onSuccess: async () => {
      setText('');
      await queries.invalidateQueries({ queryKey: ['sources'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (secrets.length > 0) changing.mutate();
  };
  const fault = changing.error instanceof ProblemError ? changing.error.errors[0]?.message : undefined;
  return (
    <Section title="Secrets">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">
            {secretCount === 1 ? 'One secret is good' : `${secretCount} secrets are good`}; they are not
            shown.
          </Text>
          <Textarea
            label="Replace them by"
            description="One a line: the new and the old first, the new alone once the sender has it"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={fault}
            autosize
            minRows={2}
            maxRows={5}
            spellCheck={false}
            autoComplete="off"
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
          />
          {changing.error && fault === undefined && <FailureState error={changing.error} />}
          <Group justify="flex-end" gap="sm">
            {changing.isSuccess && text === '' && (
              <Text size="sm" c="dimmed" role="status">
                Replaced
              </Text>
            )}
            <Button
              type="submit"
              variant="default"
              loading={changing.isPending}
              disabled={secrets.length === 0}
            >
              Replace the secrets
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
