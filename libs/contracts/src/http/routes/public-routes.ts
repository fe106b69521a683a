import type { Route } from './route.js';

export const publicRoutes: readonly Route[] = [
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
    path: '/docs',
    service: 'ingest',
    summary: 'The API and the standard event types, to read',
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
