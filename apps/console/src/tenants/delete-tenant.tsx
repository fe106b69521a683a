import { unwrap } from '@postel/client';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { useApi } from '../api/api-context.js';
import { Confirm } from '../parts/confirm.js';
import { Section } from '../parts/section.js';
import { useSession } from '../session/session.js';

export function DeleteTenant({ tenant }: { tenant: string }): ReactNode {
  const [asking, { open, close }] = useDisclosure(false);
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const erase = async () => {
    const path = { id: tenant };
    const job = await unwrap(api.DELETE('/v1/tenants/{id}', { params: { path } }));
    await navigate(`/tenants?erasure=${job.id}`);
    // who looks at it would be refused everything from now on
    if (session.tenant === tenant) session.chooseTenant('default');
    else await queries.invalidateQueries({ queryKey: ['tenants'] });
  };
  return (
    <Section title="Delete this tenant">
      <Text size="sm" c="dimmed" mb="sm">
        Its credentials are refused and its endpoints get nothing from that moment on; then all it had is
        erased, from the streams and the tables. Nothing brings it back.
      </Text>
      <Button variant="default" c="var(--postel-bad)" maw="100%" onClick={open}>
        Delete {tenant}
      </Button>
      <Confirm
        opened={asking}
        onClose={close}
        onConfirm={erase}
        title={`Delete tenant ${tenant}`}
        action="Delete and erase"
        typed={tenant}
        danger
      >
        Endpoints with their secrets and history, keys, events, deliveries, attempts and dead letters of{' '}
        <strong>{tenant}</strong> are erased. This cannot be undone.
      </Confirm>
    </Section>
  );
}
