import { cloudEvent, cloudEventBatch } from '../cloud-event-schemas.js';
import { explainedEvent } from '../explain-schemas.js';
import * as schemas from '../schemas.js';
import type { Route } from './route.js';

export const eventRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/events',
    service: 'ingest',
    who: 'AK',
    rate: 'events',
    summary: 'Publish an event; 202 means on disk, fsynced',
    body: schemas.publishEventRequest,
    otherBodies: { 'application/cloudevents+json': cloudEvent },
    answers: { 202: schemas.publishedEvent },
    problems: [409],
  },
  {
    method: 'POST',
    path: '/v1/events/batch',
    service: 'ingest',
    who: 'AK',
    rate: 'events',
    summary: 'Publish up to 1,000 events or 8 MiB; each is accepted or rejected by itself',
    body: schemas.publishBatchRequest,
    otherBodies: { 'application/cloudevents-batch+json': cloudEventBatch },
    answers: { 202: schemas.publishedBatch },
  },
  {
    method: 'POST',
    path: '/v1/events/explain',
    service: 'ingest',
    who: 'AKP',
    summary: 'Which endpoints an event would reach, and why not the others; nothing is written or sent',
    query: schemas.listQuery,
    body: schemas.publishEventRequest,
    answers: { 200: explainedEvent },
  },
  {
    method: 'GET',
    path: '/v1/events',
    service: 'metrics',
    who: 'AK',
    summary: 'Events, newest first',
    query: schemas.eventsQuery,
    answers: { 200: schemas.eventPage },
  },
  {
    method: 'GET',
    path: '/v1/events/{id}',
    service: 'metrics',
    who: 'AK',
    summary: 'One event',
    answers: { 200: schemas.event },
  },
  {
    method: 'GET',
    path: '/v1/events/{id}/deliveries',
    service: 'metrics',
    who: 'AK',
    summary: 'What became of an event, endpoint by endpoint',
    query: schemas.listQuery,
    answers: { 200: schemas.deliveryPage },
  },
];
