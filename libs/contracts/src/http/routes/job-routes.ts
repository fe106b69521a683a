import * as schemas from '../job-schemas.js';
import type { Route } from './route.js';

export const jobRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/endpoints/{id}/recover',
    service: 'metrics',
    who: 'AKP',
    summary: 'Deliver again, or for the first time, what an endpoint should have got since a time; a job',
    body: schemas.recoverRequest,
    answers: { 202: schemas.job },
    problems: [409],
  },
  {
    method: 'GET',
    path: '/v1/jobs',
    service: 'metrics',
    who: 'AKP',
    summary: 'Jobs, newest first',
    query: schemas.jobsQuery,
    answers: { 200: schemas.jobPage },
  },
  {
    method: 'GET',
    path: '/v1/jobs/{id}',
    service: 'metrics',
    who: 'AKP',
    summary: 'How far a job has come',
    answers: { 200: schemas.job },
  },
  {
    method: 'POST',
    path: '/v1/jobs/{id}/pause',
    service: 'metrics',
    who: 'AKP',
    summary: 'Make a job wait; what it has made goes on',
    answers: { 200: schemas.job },
    problems: [409],
  },
  {
    method: 'POST',
    path: '/v1/jobs/{id}/resume',
    service: 'metrics',
    who: 'AKP',
    summary: 'Let a paused job go on where it was',
    answers: { 200: schemas.job },
    problems: [409],
  },
];
