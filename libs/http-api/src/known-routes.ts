import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods that some route takes at this path; empty when there is no such path. */
    methodsAt(path: string): readonly string[];
  }
}

/** Remembers every route of the instance, so that a wrong method is not told as a missing route. */
export function rememberRoutes(fastify: FastifyInstance): void {
  const known: { readonly form: RegExp; readonly methods: readonly string[] }[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const form = new RegExp(`^${url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`);
    known.push({ form, methods: [method].flat() });
  });
  fastify.decorate('methodsAt', (path: string) => {
    const methods = known.filter(({ form }) => form.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  });
}
