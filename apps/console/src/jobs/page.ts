import { IconProgress } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const jobsPage: Page = {
  label: 'Jobs',
  path: '/jobs',
  icon: IconProgress,
  section: 'operator',
  who: 'A',
  routes: [{ path: '/jobs', load: () => import('./jobs.js') }],
};
