import * as schemas from '../tenant-schemas.js';
import type { Route } from './route.js';

export const jobRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/jobs/{id}',
    service: 'metrics',
    who: 'AKP',
    summary: 'How far a job has come',
    answers: { 200: schemas.job },
  },
];
