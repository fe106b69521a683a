import { IconRoute } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const explainPage: Page = {
  label: 'Explain',
  path: '/explain',
  icon: IconRoute,
  section: 'tenant',
  who: 'AKP',
  routes: [{ path: '/explain', load: () => import('./explain.js') }],
};
