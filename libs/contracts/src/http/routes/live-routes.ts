import * as schemas from '../live-schemas.js';
import type { Route } from './route.js';

export const liveRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/live/deliveries',
    service: 'metrics',
    who: 'AKP',
    summary: 'What becomes of deliveries, as it happens: server-sent events, from now or from a position',
    query: schemas.liveDeliveriesQuery,
    answers: { 200: null },
    messages: { ready: schemas.liveReady, reset: schemas.liveReset, delivery: schemas.liveDelivery },
  },
  {
    method: 'GET',
    path: '/v1/live/events',
    service: 'metrics',
    who: 'AK',
    summary:
      'Events with their bytes, as they are fanned out: server-sent events, from now or from a position',
    query: schemas.liveEventsQuery,
    answers: { 200: null },
    messages: {
      ready: schemas.liveReady,
      reset: schemas.liveReset,
      event: schemas.liveEvent,
      missing: schemas.liveMissing,
    },
  },
];
