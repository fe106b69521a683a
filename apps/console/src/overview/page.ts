import { IconHome } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const overviewPage: Page = {
  label: 'Overview',
  path: '/overview',
  icon: IconHome,
  section: 'tenant',
  who: 'AKP',
  routes: [{ path: '/overview', load: () => import('./overview.js') }],
};
