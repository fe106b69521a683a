import { unwrap } from '@postel/client';
import { Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useApi } from '../api/api-context.js';
import { useSession } from '../session/session.js';

/** Whose data is shown; the operator may look at any tenant's. */
export function TenantPicker(): ReactNode {
  const session = useSession();
  if (session.kind === 'admin') return <OperatorsChoice />;
  return (
    <Text size="sm" c="dimmed" px={8} mb={4} truncate>
      {session.tenant}
    </Text>
  );
}

function OperatorsChoice(): ReactNode {
  const { tenant } = useSession();
  const lookAt = useLookAt();
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['tenants', 'to choose from'],
    queryFn: () => unwrap(api.GET('/v1/tenants', { params: { query: { limit: 250 } } })),
    staleTime: 60_000,
  });
  const names = new Set(['default', tenant, ...(data?.data.map(({ id }) => id) ?? [])]);
  return (
    <Select
      aria-label="Tenant"
      data={[...names].sort()}
      value={tenant}
      onChange={(chosen) => chosen !== null && chosen !== tenant && lookAt(chosen)}
      searchable
      allowDeselect={false}
      nothingFoundMessage="No such tenant"
      comboboxProps={{ shadow: 'md' }}
    />
  );
}

/** What is one thing of a tenant's, be it what a list is filtered by, is none of another's: then to the list of all. */
function useLookAt(): (tenant: string) => void {
  const { chooseTenant } = useSession();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  return (tenant) => {
    const [, list, one] = pathname.split('/');
    const isOfTenant = one !== undefined && list !== 'tenants';
    if (isOfTenant || search !== '') void navigate(isOfTenant ? `/${list}` : pathname);
    chooseTenant(tenant);
  };
}
