import { unwrap } from '@postel/client';
import { Alert, Button, Group, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useApi, type Answer } from '../api/api-context.js';
import { useList } from '../api/use-list.js';
import { CodeBlock } from '../parts/code-block.js';
import { Confirm } from '../parts/confirm.js';
import { Section } from '../parts/section.js';
import { FailureState, RowSkeletons } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';

type ApiKey = Answer<'ApiKey'>;

/** Keys with which the tenant's own programs call the API. */
export function ApiKeys({ tenant }: { tenant: string }): ReactNode {
  const api = useApi();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const queries = useQueryClient();
  const list = useList(['tenants', 'keys', tenant], (query) =>
    unwrap(api.GET('/v1/tenants/{id}/api-keys', { params: { path: { id: tenant }, query } })),
  );
  const revoke = async ({ id: keyId }: ApiKey) => {
    const params = { path: { id: tenant, keyId } };
    await unwrap(api.DELETE('/v1/tenants/{id}/api-keys/{keyId}', { params }));
    await queries.invalidateQueries({ queryKey: ['tenants', 'keys', tenant] });
  };
  return (
    <Section title="API keys">
      <Stack gap="sm">
        <NewKey tenant={tenant} />
        {list.isLoading && <RowSkeletons rows={2} />}
        {list.error && <FailureState error={list.error} onRetry={list.refetch} />}
        {list.items.length > 0 && <KeyTable keys={list.items} onRevoke={setRevoking} />}
        {list.hasMore && (
          <Button variant="subtle" color="gray" onClick={list.loadMore} loading={list.isLoadingMore}>
            Show more
          </Button>
        )}
      </Stack>
      <Confirm
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        onConfirm={async () => {
          if (revoking) await revoke(revoking);
        }}
        title="Revoke the key"
        action="Revoke"
        danger
      >
        Whoever uses <strong>{revoking?.name}</strong> (<code>{revoking?.prefix}…</code>) is refused within a
        second, everywhere. A new key can be made at any time.
      </Confirm>
    </Section>
  );
}

function KeyTable({
  keys,
  onRevoke,
}: {
  keys: readonly ApiKey[];
  onRevoke: (key: ApiKey) => void;
}): ReactNode {
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table aria-label="API keys">
        <Table.Thead>
          <Table.Tr c="dimmed" fz="xs">
            <Table.Th fw={500}>Name</Table.Th>
            <Table.Th fw={500}>Last used</Table.Th>
            <Table.Th>
              <VisuallyHidden>Revoke</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>
                {key.name}
                <Text size="xs" c="dimmed" ff="monospace">
                  {key.prefix}…
                </Text>
              </Table.Td>
              <Table.Td>{key.lastUsedAt ? <TimeAgo at={key.lastUsedAt} /> : 'never'}</Table.Td>
              <Table.Td ta="right">
                <Button
                  variant="default"
                  size="compact-sm"
                  onClick={() => onRevoke(key)}
                  aria-label={`Revoke ${key.name}`}
                >
                  Revoke
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function NewKey({ tenant }: { tenant: string }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const creating = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/v1/tenants/{id}/api-keys', {
          params: { path: { id: tenant } },
          body: { name: name.trim() },
        }),
      ),
    onSuccess: async () => {
      setName('');
      await queries.invalidateQueries({ queryKey: ['tenants', 'keys', tenant] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') creating.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            label="Name of a new key"
            placeholder="production"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={128}
            autoComplete="off"
            style={{ flex: 1 }}
          />
          <Button type="submit" variant="default" disabled={name.trim() === ''} loading={creating.isPending}>
            Create a key
          </Button>
        </Group>
        {creating.error && <FailureState error={creating.error} />}
        {creating.data && (
          <Alert color="teal" variant="light" title={`The key ${creating.data.name}`} role="status">
            <Text size="sm" mb="xs">
              It is shown now, and never again: Postel keeps no more than a hash of it.
            </Text>
            <CodeBlock text={creating.data.key} what="the API key" />
          </Alert>
        )}
      </Stack>
    </form>
  );
}
