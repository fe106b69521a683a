import type { ComponentType } from 'react';
import type { Credentials } from '../session/session.js';

/** A page with a place in the navigation, and those under it. Each page's folder exports one, from `page.ts`. */
export interface Page {
  readonly label: string;
  /** Where it is: `/endpoints`. */
  readonly path: string;
  readonly icon: ComponentType<{ size?: number; 'aria-hidden'?: boolean }>;
  /** Where in the navigation: of one tenant, or of all. */
  readonly section: 'tenant' | 'operator';
  /** Who may call what it asks the API for. */
  readonly who: Credentials;
  /** Its parts, each loaded when somebody comes to it: `{ path: '/endpoints/:id', load: () => import('./endpoint.js') }`. */
  readonly routes: readonly PageRoute[];
}

export interface PageRoute {
  readonly path: string;
  readonly load: () => Promise<{ readonly Component: ComponentType }>;
}
