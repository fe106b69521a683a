import { IconListDetails } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const eventTypesPage: Page = {
  label: 'Event types',
  path: '/event-types',
  icon: IconListDetails,
  section: 'tenant',
  who: 'AKP',
  routes: [
    { path: '/event-types', load: () => import('./event-types.js') },
    { path: '/event-types/:name', load: () => import('./event-type.js') },
  ],
};
