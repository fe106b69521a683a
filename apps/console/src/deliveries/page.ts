import { IconSend } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const deliveriesPage: Page = {
  label: 'Deliveries',
  path: '/deliveries',
  icon: IconSend,
  section: 'tenant',
  who: 'AKP',
  routes: [
    { path: '/deliveries', load: () => import('./delivery-list.js') },
    { path: '/deliveries/:id', load: () => import('./delivery.js') },
  ],
};
