import { auditPage } from '../audit/page.js';
import { deadLettersPage } from '../dead-letters/page.js';
import { deliveriesPage } from '../deliveries/page.js';
import { endpointsPage } from '../endpoints/page.js';
import { eventTypesPage } from '../event-types/page.js';
import { eventsPage } from '../events/page.js';
import { explainPage } from '../explain/page.js';
import { fleetPage } from '../fleet/page.js';
import { jobsPage } from '../jobs/page.js';
import { overviewPage } from '../overview/page.js';
import { recoverPage } from '../recover/page.js';
import { sourcesPage } from '../sources/page.js';
import { statsPage } from '../stats/page.js';
import { tenantsPage } from '../tenants/page.js';
import type { Page } from './page.js';

/** All pages, in the order of the navigation. */
export const pages: readonly Page[] = [
  overviewPage,
  endpointsPage,
  eventsPage,
  deliveriesPage,
  deadLettersPage,
  statsPage,
  eventTypesPage,
  explainPage,
  recoverPage,
  jobsPage,
  fleetPage,
  tenantsPage,
  sourcesPage,
  auditPage,
];
