import { unwrap } from '@postel/client';
import { Alert, Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { CodeBlock } from '../parts/code-block.js';
import { Section } from '../parts/section.js';
import { FailureState } from '../parts/states.js';
import { TimeAgo } from '../parts/time-ago.js';

const lifetimes = [
  { value: '900', label: '15 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '28800', label: '8 hours' },
  { value: '86400', label: '24 hours' },
];

/** A link with which somebody of the tenant manages its endpoints here, and nothing else. */
export function PortalLink({ tenant }: { tenant: string }): ReactNode {
  const api = useApi();
  const [ttlSeconds, setTtlSeconds] = useState('3600');
  const making = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/v1/portal-tokens', { body: { tenant, ttlSeconds: Number(ttlSeconds) } })),
  });
  const revoking = useMutation({
    mutationFn: (id: string) =>
      unwrap(
        api.DELETE('/v1/portal-tokens/{id}', {
          params: { path: { id } },
          // it is this tenant's, whichever the operator looks at otherwise
          headers: { 'postel-tenant': tenant },
        }),
      ),
    onSuccess: () => making.reset(),
  });
  return (
    <Section title="Portal link">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Opens this console for somebody of {tenant}: endpoints, deliveries and dead letters of this tenant
          alone. The token stands behind <code>#</code>, which a browser sends to no server.
        </Text>
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <Select
            label="Good for"
            data={lifetimes}
            value={ttlSeconds}
            onChange={(chosen) => chosen !== null && setTtlSeconds(chosen)}
            allowDeselect={false}
            style={{ flex: 1 }}
          />
          <Button variant="default" onClick={() => making.mutate()} loading={making.isPending}>
            Make a link
          </Button>
        </Group>
        {making.error && <FailureState error={making.error} />}
        {revoking.error && <FailureState error={revoking.error} />}
        {revoking.isSuccess && !making.data && (
          <Text size="sm" role="status">
            The link is revoked: who uses it is signed out.
          </Text>
        )}
        {making.data && (
          <Alert color="teal" variant="light" title="The link" role="status">
            <CodeBlock
              text={`${window.location.origin}/#token=${making.data.token}`}
              what="the portal link"
              maxHeight={120}
            />
            <Group justify="space-between" mt="xs">
              <Text size="sm">
                It ends <TimeAgo at={making.data.expiresAt} />.
              </Text>
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => revoking.mutate(making.data.id)}
                loading={revoking.isPending}
              >
                Revoke it
              </Button>
            </Group>
          </Alert>
        )}
      </Stack>
    </Section>
  );
}
