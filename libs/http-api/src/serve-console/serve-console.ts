import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { asksForPage } from './asks-for-page.js';
import { ConsoleMissing } from './console-missing.js';

export interface ConsoleOptions {
  /** Where the console was built to; `null`: there is none. */
  readonly directory: string | null;
  /** Origins whose pages may show it in a frame. */
  readonly frameAncestors: readonly string[];
}

const isPublic = { public: true } as const;

/**
 * The console's files, which say nothing about anybody and so need no credential: it asks the API with its user's. Nothing
 * else becomes public. Its pages are one file, for addresses that are no route and that a browser was led to; this is
 * decided while the request is routed, so that all other addresses go on to have no route, and the guard before that.
 *
 * @throws {ConsoleMissing} when the directory has no console
 */
export function registerServeConsole(fastify: FastifyInstance, options: ConsoleOptions): void {
  const { directory } = options;
  if (directory === null) {
    fastify.get('/', { config: isPublic }, () => ({
      api: '/v1',
      documentation: '/docs',
      description: '/openapi.json',
    }));
    return;
  }
  if (!existsSync(join(directory, 'index.html'))) throw new ConsoleMissing(directory);
  fastify.addConstraintStrategy({
    name: 'console',
    storage: () => {
      const handlers = new Map<unknown, unknown>();
      return {
        get: (key) => (handlers.get(key) ?? null) as never,
        set: (key, handler) => void handlers.set(key, handler),
      };
    },
    deriveConstraint: (request) => (asksForPage(request) ? 'page' : undefined),
    mustMatchWhenDerived: false,
  });
  void fastify.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: directory,
      serve: false,
      preCompressed: true,
      cacheControl: false,
      dotfiles: 'ignore',
      // of what there is alone: that there is no such file, nobody may keep
      setHeaders: (reply, path) => void reply.header('cache-control', lifetimeOf(relative(directory, path))),
    });
    const headers = pageHeaders(options.frameAncestors);
    const sendPage = (reply: FastifyReply) => {
      if (options.frameAncestors.length > 0) reply.removeHeader('x-frame-options');
      return reply.headers(headers).sendFile('index.html');
    };
    const toPages = { config: isPublic, constraints: { console: 'page' } };
    scope.get('/', toPages, (_request, reply) => sendPage(reply));
    scope.get('/*', toPages, (_request, reply) => sendPage(reply));
    scope.get<{ Params: { file: string } }>('/assets/:file', { config: isPublic }, (request, reply) =>
      reply.sendFile(`assets/${request.params.file}`),
    );
    scope.get('/postel.svg', { config: isPublic }, (_request, reply) => reply.sendFile('postel.svg'));
  });
}

/** What stands in `assets` has a hash of its content in its name: under one name there is one content for ever. */
function lifetimeOf(path: string): string {
  return path.startsWith('assets') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

/**
 * The page runs its own scripts alone and talks to this origin alone, whatever somebody manages to write into it. Mantine
 * writes the variables of its theme into a style element.
 */
function pageHeaders(frameAncestors: readonly string[]): Record<string, string> {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' '),
  };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    // what opened it learns nothing about it
    'cross-origin-opener-policy': 'same-origin',
  };
}
