import type { z } from 'zod';
import { createEndpointRequest, updateEndpointRequest } from '../endpoint.js';
import * as schemas from './schemas.js';

/**
 * Every route of the API as data: who serves it, what it takes and what it answers. ingest registers its own, forwards
 * the rest, and makes the OpenAPI document of it; a test holds the table and the running services together.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** OpenAPI's form: `/v1/events/{id}`. */
  readonly path: string;
  readonly service: 'ingest' | 'metrics' | 'dead-letter';
  readonly summary: string;
  readonly public?: true;
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Beyond what every route of its kind may answer: 400, 401, 404, 503, and with a body 413, 415, 422. */
  readonly problems?: readonly number[];
}

export const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/events',
    service: 'ingest',
    summary: 'Publish an event; 202 means on disk, fsynced',
    body: schemas.publishEventRequest,
    answers: { 202: schemas.publishedEvent },
    problems: [409],
  },
  {
    method: 'POST',
    path: '/v1/events/batch',
    service: 'ingest',
    summary: 'Publish up to 1,000 events or 8 MiB; each is accepted or rejected by itself',
    body: schemas.publishBatchRequest,
    answers: { 202: schemas.publishedBatch },
  },
  {
    method: 'GET',
    path: '/v1/events',
    service: 'metrics',
    summary: 'Events, newest first',
    query: schemas.eventsQuery,
    answers: { 200: schemas.eventPage },
  },
  {
    method: 'GET',
    path: '/v1/events/{id}',
    service: 'metrics',
    summary: 'One event',
    answers: { 200: schemas.event },
  },
  {
    method: 'GET',
    path: '/v1/events/{id}/deliveries',
    service: 'metrics',
    summary: 'What became of an event, endpoint by endpoint',
    query: schemas.listQuery,
    answers: { 200: schemas.deliveryPage },
  },
  {
    method: 'POST',
    path: '/v1/endpoints',
    service: 'ingest',
    summary: 'Create an endpoint; its secret is shown here',
    body: createEndpointRequest,
    answers: { 201: schemas.createdEndpoint },
  },
  {
    method: 'GET',
    path: '/v1/endpoints',
    service: 'ingest',
    summary: 'Endpoints, newest first',
    query: schemas.listQuery,
    answers: { 200: schemas.endpointPage },
  },
  {
    method: 'GET',
    path: '/v1/endpoints/{id}',
    service: 'ingest',
    summary: 'One endpoint',
    answers: { 200: schemas.endpoint },
  },
  {
    method: 'PATCH',
    path: '/v1/endpoints/{id}',
    service: 'ingest',
    summary: 'Change an endpoint; what is left out stays',
    body: updateEndpointRequest,
    answers: { 200: schemas.endpoint },
    problems: [409],
  },
  {
    method: 'DELETE',
    path: '/v1/endpoints/{id}',
    service: 'ingest',
    summary: 'Delete an endpoint; what still waits for it ends as a dead letter',
    answers: { 204: null },
    problems: [409],
  },
  ...(['enable', 'pause', 'disable'] as const).map((verb): Route => ({
    method: 'POST',
    path: `/v1/endpoints/{id}/${verb}`,
    service: 'ingest',
    summary: {
      enable: 'Deliver again',
      pause: 'Make deliveries and let them wait',
      disable: 'Make no deliveries',
    }[verb],
    answers: { 200: schemas.endpoint },
    problems: [409],
  })),
  {
    method: 'POST',
    path: '/v1/endpoints/{id}/test',
    service: 'ingest',
    summary: 'Send a test event to this endpoint alone',
    body: schemas.testEndpointRequest,
    answers: { 202: schemas.testedEndpoint },
    problems: [409],
  },
  {
    method: 'GET',
    path: '/v1/endpoints/{id}/deliveries',
    service: 'metrics',
    summary: 'The delivery log of an endpoint, newest first',
    query: schemas.deliveriesQuery.omit({ endpointId: true }),
    answers: { 200: schemas.deliveryPage },
  },
  {
    method: 'GET',
    path: '/v1/endpoints/{id}/stats',
    service: 'metrics',
    summary: 'Figures of an endpoint',
    query: schemas.statsQuery,
    answers: { 200: schemas.stats },
  },
  {
    method: 'GET',
    path: '/v1/deliveries',
    service: 'metrics',
    summary: 'Deliveries, newest first',
    query: schemas.deliveriesQuery,
    answers: { 200: schemas.deliveryPage },
  },
  {
    method: 'GET',
    path: '/v1/deliveries/{id}',
    service: 'metrics',
    summary: 'One delivery',
    answers: { 200: schemas.delivery },
  },
  {
    method: 'GET',
    path: '/v1/deliveries/{id}/attempts',
    service: 'metrics',
    summary: 'Every attempt of a delivery, first to last',
    query: schemas.listQuery,
    answers: { 200: schemas.attemptPage },
  },
  {
    method: 'POST',
    path: '/v1/deliveries/{id}/retry',
    service: 'dead-letter',
    summary: 'Deliver once more, now',
    answers: { 202: schemas.delivery },
    problems: [409],
  },
  {
    method: 'GET',
    path: '/v1/dead-letters',
    service: 'dead-letter',
    summary: 'What ended without success, newest first',
    query: schemas.deadLettersQuery,
    answers: { 200: schemas.deadLetterPage },
  },
  {
    method: 'GET',
    path: '/v1/dead-letters/{id}',
    service: 'dead-letter',
    summary: 'One dead letter, with the bytes of an event that could not be understood',
    answers: { 200: schemas.deadLetter },
  },
  {
    method: 'POST',
    path: '/v1/dead-letters/redrive',
    service: 'dead-letter',
    summary: 'Reopen every dead letter that fits the filter',
    body: schemas.redriveRequest,
    answers: { 202: schemas.redriven },
  },
  {
    method: 'POST',
    path: '/v1/dead-letters/{id}/redrive',
    service: 'dead-letter',
    summary: 'Reopen the delivery of this dead letter',
    answers: { 202: schemas.redriven },
    problems: [409],
  },
  {
    method: 'GET',
    path: '/v1/stats',
    service: 'metrics',
    summary: 'Figures of the tenant',
    query: schemas.statsQuery,
    answers: { 200: schemas.stats },
  },
  {
    method: 'GET',
    path: '/openapi.json',
    service: 'ingest',
    summary: 'This document',
    public: true,
    answers: { 200: null },
  },
  {
    method: 'GET',
    path: '/healthz',
    service: 'ingest',
    summary: 'The process lives',
    public: true,
    answers: { 200: null },
  },
  {
    method: 'GET',
    path: '/readyz',
    service: 'ingest',
    summary: 'Whether it can take work, and which part cannot',
    public: true,
    answers: { 200: null, 503: null },
  },
];
