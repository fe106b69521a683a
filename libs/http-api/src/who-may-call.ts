import { routes, type Route } from '@postel/contracts';
import type { FastifyRequest } from 'fastify';

/** `/v1/events/{id}` and fastify's `/v1/events/:id`: what a parameter is called does not matter. */
function keyOf(method: string, path: string): string {
  return `${method} ${path.replace(/\{\w+\}|:\w+/g, ':')}`;
}

const table = new Map(routes.map((route) => [keyOf(route.method, route.path), route]));

/**
 * The row of the table of routes that a request was routed to: by the route's own pattern, so that no spelling of a path
 * gets around it.
 * @returns `undefined` for a route that is not in the table, and for none
 */
export function routeOf({ method, routeOptions }: FastifyRequest): Route | undefined {
  return table.get(keyOf(method === 'HEAD' ? 'GET' : method, routeOptions.url ?? ''));
}
