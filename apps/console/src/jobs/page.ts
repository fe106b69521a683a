import { IconProgress } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const jobsPage: Page = {
  label: 'Jobs',
  path: '/jobs',
  icon: IconProgress,
  section: 'tenant',
  who: 'AKP',
  routes: [
    { path: '/jobs', load: () => import('./jobs.js') },
    { path: '/jobs/:id', load: () => import('./job.js') },
  ],
};
