import * as schemas from '../schemas.js';
import type { Route } from './route.js';

export const deadLetterRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/dead-letters',
    service: 'dead-letter',
    who: 'AKP',
    summary: 'What ended without success, newest first',
    query: schemas.deadLettersQuery,
    answers: { 200: schemas.deadLetterPage },
  },
  {
    method: 'GET',
    path: '/v1/dead-letters/{id}',
    service: 'dead-letter',
    who: 'AKP',
    summary: 'One dead letter, with the bytes of an event that could not be understood',
    answers: { 200: schemas.deadLetter },
  },
  {
    method: 'POST',
    path: '/v1/dead-letters/redrive',
    service: 'dead-letter',
    who: 'AKP',
    summary: 'Reopen every dead letter that fits the filter',
    body: schemas.redriveRequest,
    answers: { 202: schemas.redriven },
  },
  {
    method: 'POST',
    path: '/v1/dead-letters/{id}/redrive',
    service: 'dead-letter',
    who: 'AKP',
    summary: 'Reopen the delivery of this dead letter',
    answers: { 202: schemas.redriven },
    problems: [409],
  },
  {
    method: 'DELETE',
    path: '/v1/dead-letters',
    service: 'dead-letter',
    who: 'AKP',
    summary: 'Delete every dead letter that fits the filter; their deliveries are discarded',
    query: schemas.purgeQuery,
    answers: { 202: schemas.purged },
    problems: [422],
  },
  {
    method: 'DELETE',
    path: '/v1/dead-letters/{id}',
    service: 'dead-letter',
    who: 'AKP',
    summary: 'Delete a dead letter; its delivery is discarded',
    answers: { 204: null },
  },
];
