import * as schemas from '../schemas.js';
import type { Route } from './route.js';

export const deliveryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/deliveries',
    service: 'metrics',
    who: 'AKP',
    summary: 'Deliveries, newest first',
    query: schemas.deliveriesQuery,
    answers: { 200: schemas.deliveryPage },
  },
  {
    method: 'GET',
    path: '/v1/deliveries/{id}',
    service: 'metrics',
    who: 'AKP',
    summary: 'One delivery',
    answers: { 200: schemas.delivery },
  },
  {
    method: 'GET',
    path: '/v1/deliveries/{id}/attempts',
    service: 'metrics',
    who: 'AKP',
    summary: 'Every attempt of a delivery, first to last',
    query: schemas.listQuery,
    answers: { 200: schemas.attemptPage },
  },
  {
    method: 'POST',
    path: '/v1/deliveries/{id}/retry',
    service: 'dead-letter',
    who: 'AKP',
    summary: 'Deliver once more, now',
    answers: { 202: schemas.delivery },
    problems: [409],
  },
];
