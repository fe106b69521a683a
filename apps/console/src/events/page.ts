import { IconBolt } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const eventsPage: Page = {
  label: 'Events',
  path: '/events',
  icon: IconBolt,
  section: 'tenant',
  who: 'AK',
  routes: [
    { path: '/events', load: () => import('./events.js') },
    { path: '/events/:id', load: () => import('./event.js') },
  ],
};
