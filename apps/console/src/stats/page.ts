import { IconChartLine } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const statsPage: Page = {
  label: 'Statistics',
  path: '/stats',
  icon: IconChartLine,
  section: 'tenant',
  who: 'AKP',
  routes: [{ path: '/stats', load: () => import('./stats.js') }],
};
