import { z } from 'zod';
import { createSourceRequest, updateSourceRequest } from '../../source.js';
import { listQuery } from '../schemas.js';
import * as schemas from '../source-schemas.js';
import type { Route } from './route.js';

export const sourceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/sources',
    service: 'ingest',
    who: 'AK',
    summary: 'Sources of inbound webhooks, newest first, without their secrets',
    query: listQuery,
    answers: { 200: schemas.sourcePage },
  },
  {
    method: 'POST',
    path: '/v1/sources',
    service: 'ingest',
    who: 'AK',
    summary: 'Create a source of inbound webhooks; a secret that is made is shown here, and never again',
    body: createSourceRequest,
    answers: { 201: schemas.createdSource },
    problems: [409],
  },
  {
    method: 'GET',
    path: '/v1/sources/{id}',
    service: 'ingest',
    who: 'AK',
    summary: 'One source',
    answers: { 200: schemas.source },
  },
  {
    method: 'PATCH',
    path: '/v1/sources/{id}',
    service: 'ingest',
    who: 'AK',
    summary: 'Change a source; what is left out stays. Secrets are replaced as a whole',
    body: updateSourceRequest,
    answers: { 200: schemas.source },
    problems: [409],
  },
  {
    method: 'DELETE',
    path: '/v1/sources/{id}',
    service: 'ingest',
    who: 'AK',
    summary: 'Delete a source and its secrets',
    answers: { 204: null },
    problems: [409],
  },
  {
    method: 'POST',
    path: '/webhooks/{sourceId}',
    service: 'ingest',
    public: true,
    summary:
      'Where a provider sends its webhooks; its signature is the credential. 200 means on disk, fsynced',
    body: z.record(z.string(), z.unknown()),
    otherBodies: { 'application/x-www-form-urlencoded': z.record(z.string(), z.string()) },
    answers: { 200: schemas.receivedWebhook },
    problems: [400, 401, 404, 413, 415, 422, 429, 503],
  },
];
