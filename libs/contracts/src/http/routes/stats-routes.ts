import { conservation } from '../conservation-schemas.js';
import { fleet } from '../fleet-schemas.js';
import * as schemas from '../schemas.js';
import { statsSeries } from '../stats-series-schemas.js';
import type { Route } from './route.js';

export const statsRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/stats',
    service: 'metrics',
    who: 'AKP',
    summary: 'Figures of the tenant',
    query: schemas.statsQuery,
    answers: { 200: schemas.stats },
  },
  {
    method: 'GET',
    path: '/v1/stats/series',
    service: 'metrics',
    who: 'AKP',
    summary: 'Figures of the tenant over time, oldest first, for charts',
    query: schemas.statsQuery,
    answers: { 200: statsSeries },
  },
  {
    method: 'GET',
    path: '/v1/fleet',
    service: 'metrics',
    who: 'A',
    summary: 'Everything an operator looks at first, over all tenants',
    query: schemas.statsQuery,
    answers: { 200: fleet },
  },
  {
    method: 'GET',
    path: '/v1/conservation',
    service: 'metrics',
    who: 'AK',
    summary: 'Whether every event and every delivery of the tenant is accounted for',
    answers: { 200: conservation },
  },
];
