import { IconPlugConnected } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const sourcesPage: Page = {
  label: 'Sources',
  path: '/sources',
  icon: IconPlugConnected,
  section: 'operator',
  who: 'AK',
  routes: [
    { path: '/sources', load: () => import('./sources.js') },
    { path: '/sources/:id', load: () => import('./source.js') },
  ],
};
