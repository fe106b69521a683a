import { Button, Group, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { useSession } from '../session/session.js';
import { pages } from './pages.js';
import classes from './tenant-banner.module.css';

/** Tells an operator whose data a page shows, where that is not the tenant they begin with. */
export function TenantBanner(): ReactNode {
  const { kind, tenant } = useSession();
  const { pathname } = useLocation();
  if (kind !== 'admin' || tenant === 'default' || isOfAllTenants(pathname)) return null;
  return (
    <Group className={classes.banner} role="region" aria-label="Tenant" justify="space-between" gap="xs">
      <Group gap="xs" wrap="nowrap" miw={0}>
        <IconEye size={16} aria-hidden style={{ flex: 'none' }} />
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          You look at tenant <strong>{tenant}</strong>
        </Text>
      </Group>
      <Group gap="xs">
        <Button component={Link} to={`/tenants/${tenant}`} variant="default" size="xs">
          Settings and keys
        </Button>
        <Button component={Link} to="/fleet" variant="default" size="xs" visibleFrom="sm">
          To the fleet
        </Button>
      </Group>
    </Group>
  );
}

function isOfAllTenants(pathname: string): boolean {
  const page = pages.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  return page?.who === 'A';
}
