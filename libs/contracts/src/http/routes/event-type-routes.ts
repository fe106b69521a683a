import { putEventTypeRequest } from '../../event-type.js';
import * as eventTypeSchemas from '../event-type-schemas.js';
import { listQuery } from '../schemas.js';
import type { Route } from './route.js';

export const eventTypeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/event-types',
    service: 'ingest',
    who: 'AKP',
    summary: 'The catalogue: every event type, newest first, the standard ones last',
    query: listQuery,
    answers: { 200: eventTypeSchemas.eventTypePage },
  },
  {
    method: 'GET',
    path: '/v1/event-types/{name}',
    service: 'ingest',
    who: 'AKP',
    summary: 'One event type: its schema, its examples, its payload versions',
    answers: { 200: eventTypeSchemas.eventType },
  },
  {
    method: 'PUT',
    path: '/v1/event-types/{name}',
    service: 'ingest',
    who: 'AK',
    summary: 'Declare an event type, or say anew what it is; what is left out is gone',
    query: eventTypeSchemas.putEventTypeQuery,
    body: putEventTypeRequest,
    answers: { 200: eventTypeSchemas.eventType },
    problems: [409],
  },
  {
    method: 'DELETE',
    path: '/v1/event-types/{name}',
    service: 'ingest',
    who: 'AK',
    summary: 'Take an event type out of the catalogue',
    answers: { 204: null },
    problems: [409],
  },
];
