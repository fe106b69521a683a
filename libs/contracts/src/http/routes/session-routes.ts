import * as schemas from '../session-schemas.js';
import type { Route } from './route.js';

export const sessionRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/session',
    service: 'ingest',
    who: 'AKP',
    summary: 'Whose the credential is, and how long it holds',
    answers: { 200: schemas.session },
  },
];
