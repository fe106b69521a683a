import { IconUsersGroup } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const tenantsPage: Page = {
  label: 'Tenants',
  path: '/tenants',
  icon: IconUsersGroup,
  section: 'operator',
  who: 'A',
  routes: [
    { path: '/tenants', load: () => import('./tenants.js') },
    { path: '/tenants/:id', load: () => import('./tenant.js') },
  ],
};
