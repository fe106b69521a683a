import { IconActivityHeartbeat } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const fleetPage: Page = {
  label: 'Fleet',
  path: '/fleet',
  icon: IconActivityHeartbeat,
  section: 'operator',
  who: 'A',
  routes: [{ path: '/fleet', load: () => import('./fleet.js') }],
};
