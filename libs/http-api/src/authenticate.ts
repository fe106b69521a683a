import type { ApiKeyState, Credentials } from '@postel/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hash, timingSafeEqual } from 'node:crypto';
import { apiKeyPrefix, hashApiKey } from './credentials/api-keys.js';
import type { CredentialKeys } from './credentials/credential-keys.js';
import { PortalTokens } from './credentials/portal-tokens.js';
import { RequestLimits, type RequestLimitOptions } from './limit-requests/request-limits.js';
import { refuseImplausibleIds } from './plausible-ids.js';
import { refuse, RefusalError } from './refusal-error.js';
import { routeOf } from './who-may-call.js';

interface PrincipalOf<Kind extends string> {
  readonly kind: Kind;
  /** For the history: who did it. */
  readonly actor: string;
  /** From the credential; only the operator may name another. */
  readonly tenant: string;
}

/** Who asks, and for which tenant. */
export type Principal =
  | PrincipalOf<'admin'>
  | (PrincipalOf<'api-key'> & { readonly keyId: string })
  | (PrincipalOf<'portal'> & { readonly tokenId: string });

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
    /** Whether its credential is still good, and of the same one: for an answer that goes on for long. */
    isStillGood(): Promise<boolean>;
  }
  interface FastifyContextConfig {
    /** Answers without a credential. Everything else needs one, a route that does not exist included. */
    public?: boolean;
  }
}

/** What the guard asks about tenants and their credentials; it has no tables of its own. */
export interface Directory {
  /** When the tenant was created, 0 for `default`; `null` when there is none. */
  tenantSinceMs(tenant: string): number | null;
  apiKeyByHash(hash: string): ApiKeyState | undefined;
  isRevoked(tenant: string, portalTokenId: string): boolean;
  /**
   * Until this process knows of every change that was answered before, by whichever process. Never long: where the
   * broker cannot say, what is known has to do.
   */
  catchUp(): Promise<void>;
  /** The same for who has no good credential: a few times a second at most, however many ask. */
  catchUpForStrangers(): Promise<void>;
}

export interface Authentication {
  readonly adminToken: string;
  readonly keys: CredentialKeys;
  readonly directory: Directory;
  readonly limits: RequestLimitOptions;
  readonly nowMs: () => number;
  /** A key was good. */
  readonly onKeyUse?: (key: ApiKeyState) => void;
}

/**
 * The global guard: a hook of the root instance that runs after routing and before the body is read, for Nest's routes
 * and our own alike. Who may call a route says the table of routes; a route that is not in it is the operator's.
 */
export function guardEverything(fastify: FastifyInstance, authentication: Authentication): void {
  const guard = new Guard(authentication);
  fastify.decorateRequest('principal', null);
  fastify.decorateRequest('isStillGood', function (this: FastifyRequest) {
    return guard.isStillGood(this);
  });
  fastify.addHook('onRequest', (request, _reply, next) => {
    if (request.routeOptions.config.public === true) return next();
    try {
      // an event with a credential that is known takes no turn of the event loop
      const admitted = guard.admit(request);
      if (admitted) return void admitted.then(() => next(), next);
    } catch (error) {
      return next(error as Error);
    }
    next();
  });
  refuseImplausibleIds(fastify);
}

/** What a credential says before it is known whether it may call the route; `null`: of nobody that is known here. */
type Found = { readonly principal: Principal; readonly key?: ApiKeyState } | null;

/** @throws {Error} on a route that is public: a bug, not a refusal */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error(`no principal on ${request.routeOptions.url ?? request.url}`);
  return request.principal;
}

const letters: Readonly<Record<Principal['kind'], string>> = { admin: 'A', 'api-key': 'K', portal: 'P' };

class Guard {
  private readonly adminDigest: Buffer;
  private readonly portalTokens: PortalTokens;
  private readonly limits: RequestLimits;

  constructor(private readonly authentication: Authentication) {
    this.adminDigest = digest(authentication.adminToken);
    this.portalTokens = new PortalTokens(authentication.keys);
    this.limits = new RequestLimits(authentication.limits);
  }

  /**
   * Sets who asks. What was changed and answered before is in force in the whole request: a key is good on every replica
   * as soon as its creation was answered, and a management request finds what the one before it made, wherever. Events
   * are spared that where their credential is known; theirs is up to the dispatcher.
   * @throws {RefusalError}, or rejects with one
   */
  admit(request: FastifyRequest): void | Promise<void> {
    const found = this.find(request);
    const isQuick = routeOf(request)?.rate === 'events' || request.routeOptions.url === undefined;
    if (!isQuick || !found || found instanceof Promise) return this.admitWhenLevel(request, found, isQuick);
    this.requireAccess(found.principal, request);
    this.enter(found, request);
  }

  /** What was revoked, has expired or was deleted meanwhile is told by the tables of this process, and nobody is asked. */
  async isStillGood(request: FastifyRequest): Promise<boolean> {
    try {
      const found = await this.find(request);
      return found?.principal.actor === request.principal?.actor;
    } catch (error) {
      if (error instanceof RefusalError) return false;
      throw error;
    }
  }

  private async admitWhenLevel(
    request: FastifyRequest,
    finding: Found | Promise<Found>,
    isQuick: boolean,
  ): Promise<void> {
    const { directory } = this.authentication;
    const found = await finding;
    if (found) this.requireAccess(found.principal, request);
    if (found && isQuick) return this.enter(found, request);
    await (found ? directory.catchUp() : directory.catchUpForStrangers());
    const now = (await this.find(request)) ?? this.refuseUnknown(request);
    if (!found) this.requireAccess(now.principal, request);
    this.enter(now, request);
  }

  private enter({ principal, key }: NonNullable<Found>, request: FastifyRequest): void {
    request.principal = principal;
    if (key) this.authentication.onKeyUse?.(key);
  }

  /** @throws {RefusalError} for what can never be good */
  private find(request: FastifyRequest): Found | Promise<Found> {
    const credential = credentialOf(request);
    if (credential === undefined) return this.unauthorized(request);
    if (this.isAdmin(credential)) return this.admin(request);
    if (credential.startsWith(apiKeyPrefix)) return this.apiKey(credential, request);
    return this.portal(credential, request);
  }

  private isAdmin(credential: string): boolean {
    // digests have one length, so the comparison takes one time
    return timingSafeEqual(digest(credential), this.adminDigest);
  }

  /** Whether this route takes such a credential, and so often. @throws {RefusalError} */
  private requireAccess({ kind, actor }: Principal, request: FastifyRequest): void {
    const route = routeOf(request);
    // the operator's own scripts are limited by nobody but the operator
    if (kind !== 'admin') this.limits.countRequest(actor, route, this.authentication.nowMs());
    // where there is no route, that is what the answer says
    if (request.routeOptions.url === undefined) return;
    const who: Credentials = route && !route.public ? route.who : 'A';
    if (!who.includes(letters[kind])) refuse('forbidden', `This route does not take ${naming[kind]}.`);
  }

  private admin(request: FastifyRequest): Found {
    const tenant = namedTenant(request) ?? 'default';
    if (this.authentication.directory.tenantSinceMs(tenant) === null) return null;
    return { principal: { kind: 'admin', actor: 'admin', tenant } };
  }

  private apiKey(credential: string, request: FastifyRequest): Found {
    const { directory, keys } = this.authentication;
    const keyHash = hashApiKey(credential, keys);
    const key = directory.apiKeyByHash(keyHash);
    if (!key || !timingSafeEqual(digest(key.hash), digest(keyHash))) return null;
    requireTenant(request, key.tenant);
    const principal = { kind: 'api-key', actor: `key:${key.id}`, keyId: key.id, tenant: key.tenant } as const;
    return { principal, key };
  }

  private async portal(credential: string, request: FastifyRequest): Promise<Found> {
    const { directory, nowMs } = this.authentication;
    const token = await this.portalTokens.verify(credential, nowMs());
    if (!token || directory.isRevoked(token.tenant, token.id)) return this.unauthorized(request);
    // a tenant that is created again under its name is another
    if (directory.tenantSinceMs(token.tenant) !== token.tenantSinceMs) return null;
    requireTenant(request, token.tenant);
    const { id, tenant } = token;
    return { principal: { kind: 'portal', actor: `portal:${id}`, tokenId: id, tenant } };
  }

  private refuseUnknown(request: FastifyRequest): never {
    if (this.isAdmin(credentialOf(request) ?? '')) refuse('tenant_not_found');
    return this.unauthorized(request);
  }

  private unauthorized(request: FastifyRequest): never {
    this.limits.countFailure(request.ip, this.authentication.nowMs());
    throw new RefusalError({
      code: 'unauthorized',
      detail: 'Send the header Authorization: Bearer <token>.',
    });
  }
}

const naming: Readonly<Record<Principal['kind'], string>> = {
  admin: 'the admin token',
  'api-key': 'an API key',
  portal: 'a portal token',
};

function credentialOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

function namedTenant(request: FastifyRequest): string | undefined {
  const header = request.headers['postel-tenant'];
  return Array.isArray(header) ? header.join() : header;
}

/** A credential of one tenant is good for that one alone, and says nothing about whether there are others. */
function requireTenant(request: FastifyRequest, tenant: string): void {
  const named = namedTenant(request);
  if (named !== undefined && named !== tenant) refuse('forbidden', 'This credential is of another tenant.');
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
