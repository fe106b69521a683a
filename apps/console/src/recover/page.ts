import { IconHistory } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const recoverPage: Page = {
  label: 'Recover',
  path: '/recover',
  icon: IconHistory,
  section: 'tenant',
  who: 'AKP',
  routes: [{ path: '/recover', load: () => import('./recover.js') }],
};
