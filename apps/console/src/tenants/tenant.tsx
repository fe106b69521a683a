import { unwrap } from '@postel/client';
import { Button, Grid, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useApi } from '../api/api-context.js';
import { PageHeader } from '../parts/page-header.js';
import { FailureState } from '../parts/states.js';
import { atTenant } from '../session/at-tenant.js';
import { ApiKeys } from './api-keys.js';
import { DeleteTenant } from './delete-tenant.js';
import { PortalLink } from './portal-link.js';
import type { Tenant } from './settings-values.js';
import { TenantSettings } from './tenant-settings.js';

const back = { to: '/tenants', label: 'Tenants' } as const;

export function Component(): ReactNode {
  const { id = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['tenants', 'one', id],
    queryFn: () => unwrap(api.GET('/v1/tenants/{id}', { params: { path: { id } } })),
  });
  return (
    <>
      <PageHeader
        title={id}
        back={back}
        description={data?.description}
        actions={
          data && (
            <Button component={Link} to={atTenant('/endpoints', id)} variant="default">
              Open as this tenant
            </Button>
          )
        }
      />
      {data ? (
        <OneTenant tenant={data} key={id} />
      ) : error ? (
        <FailureState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton h={480} />
      )}
    </>
  );
}

function OneTenant({ tenant }: { tenant: Tenant }): ReactNode {
  const { id } = tenant;
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 6 }}>
        <TenantSettings tenant={tenant} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack gap="md">
          <ApiKeys tenant={id} />
          <PortalLink tenant={id} />
          {id !== 'default' && <DeleteTenant tenant={id} />}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
