import { IconMailOff } from '@tabler/icons-react';
import type { Page } from '../app/page.js';

export const deadLettersPage: Page = {
  label: 'Dead letters',
  path: '/dead-letters',
  icon: IconMailOff,
  section: 'tenant',
  who: 'AKP',
  routes: [
    { path: '/dead-letters', load: () => import('./dead-letters.js') },
    { path: '/dead-letters/:id', load: () => import('./dead-letter.js') },
  ],
};
