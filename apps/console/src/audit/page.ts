import { IconFileCheck } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const auditPage: Page = {
  label: 'Audit',
  path: '/audit',
  icon: IconFileCheck,
  section: 'operator',
  who: 'AK',
  routes: [{ path: '/audit', load: () => import('./audit.js') }],
};
