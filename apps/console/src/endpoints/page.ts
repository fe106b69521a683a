import { IconWebhook } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const endpointsPage: Page = {
  label: 'Endpoints',
  path: '/endpoints',
  icon: IconWebhook,
  section: 'tenant',
  who: 'AKP',
  routes: [
    { path: '/endpoints', load: () => import('./endpoints.js') },
    { path: '/endpoints/:id', load: () => import('./endpoint.js') },
  ],
};
