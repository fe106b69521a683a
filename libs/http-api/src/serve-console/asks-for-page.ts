import type { IncomingMessage } from 'node:http';

/** The first words of what is no page: what begins with one is answered by the API, or is a problem as ever. */
const reserved = new Set([
  'v1',
  'webhooks',
  'docs',
  'openapi.json',
  'healthz',
  'readyz',
  'metrics',
  'assets',
]);
/** Addresses of the console; an encoded character is in none, so that no spelling makes a page of a route. */
const pageForm = /^\/(?:[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*\/?)?$/;

/** Whether a browser was led to an address of the console, which the console itself tells from one that is none. */
export function asksForPage({
  method,
  url = '',
  headers,
}: Pick<IncomingMessage, 'method' | 'url' | 'headers'>) {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (!headers.accept?.includes('text/html')) return false;
  const path = url.split('?', 1)[0] ?? '';
  return pageForm.test(path) && !reserved.has(path.split('/')[1] ?? '');
}
