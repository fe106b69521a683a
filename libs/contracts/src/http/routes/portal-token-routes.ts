import * as schemas from '../tenant-schemas.js';
import type { Route } from './route.js';

export const portalTokenRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/portal-tokens',
    service: 'ingest',
    who: 'AK',
    summary: 'Create a token with which a tenant’s own people may manage its endpoints, for a day at most',
    body: schemas.createPortalTokenRequest,
    answers: { 201: schemas.createdPortalToken },
  },
  {
    method: 'DELETE',
    path: '/v1/portal-tokens/{id}',
    service: 'ingest',
    who: 'AK',
    summary: 'Revoke a portal token',
    answers: { 204: null },
    problems: [409],
  },
];
