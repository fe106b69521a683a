import * as schemas from '../audit-schemas.js';
import type { Route } from './route.js';

export const auditRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/audit',
    service: 'metrics',
    who: 'AK',
    summary: 'Who did what, newest first',
    query: schemas.auditQuery,
    answers: { 200: schemas.auditPage },
  },
  {
    method: 'GET',
    path: '/v1/export',
    service: 'metrics',
    who: 'AK',
    summary: 'All facts of the log, oldest first, as lines of JSON',
    query: schemas.exportQuery,
    answers: { 200: null },
    lines: schemas.exportedFact,
  },
];
