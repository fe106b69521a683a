import { AppShell, Burger, Group, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef, type ReactNode } from 'react';
import { Outlet, useLocation } from 'react-router';
import { Logo } from '../parts/logo.js';
import { Account } from './account.js';
import { Navigation } from './navigation.js';
import { OfTenant } from './of-tenant.js';
import { StaleNotice } from './stale-notice.js';
import { TenantBanner } from './tenant-banner.js';
import { TenantPicker } from './tenant-picker.js';

/** What stands around every page. */
export function Shell(): ReactNode {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  useFocusOnHeading(pathname);
  useEffect(close, [pathname, close]);
  return (
    <AppShell
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <AppShell.Header hiddenFrom="sm" px="sm">
        <Group h="100%" gap="sm">
          <Burger opened={opened} onClick={toggle} size="sm" aria-label="Navigation" aria-expanded={opened} />
          <Logo size={22} />
          <Text fw={600}>Postel</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Navigation" mod={{ closed: !opened }}>
        <AppShell.Section>
          <Group gap="xs" px={6} mb="sm" visibleFrom="sm">
            <Logo size={22} />
            <Text fw={600} size="md">
              Postel
            </Text>
          </Group>
          <TenantPicker />
        </AppShell.Section>
        <AppShell.Section grow component={ScrollArea} my="xs">
          <Navigation />
        </AppShell.Section>
        <AppShell.Section>
          <Account />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <div style={{ maxWidth: 1240, marginInline: 'auto' }}>
          <OfTenant>
            <TenantBanner />
            <StaleNotice />
            <Outlet />
          </OfTenant>
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

/** Who does not see that a page is another is read its heading; not at first, where the browser reads the page. */
function useFocusOnHeading(pathname: string): void {
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    document.querySelector('h1')?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);
}
