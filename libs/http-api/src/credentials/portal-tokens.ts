import { maxPortalTokenSeconds } from '@postel/contracts';
import { errors, jwtVerify, SignJWT } from 'jose';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CredentialKeys } from './credential-keys.js';

const issuer = 'postel';
const audience = 'postel-portal';
const algorithm = 'HS256';
/** The clock of a service that makes tokens may be ahead of one that takes them by this much. */
const clockSkewSec = 5;

const idForm = /^pt_[A-Za-z0-9_-]{36}$/;
const expiryBytes = 5;
const randomBytesOfId = 12;
const macBytes = 10;

/** One tenant, from its creation to its deletion: one that is created again under its name is another. */
export interface TenantSpan {
  readonly tenant: string;
  /** When it was created; 0 for `default`. */
  readonly tenantSinceMs: number;
}

export interface PortalToken extends TenantSpan {
  readonly id: string;
  readonly expiresAtMs: number;
}

/**
 * Tokens for a tenant's own people: JWTs that nothing is stored of. So that a token can be revoked by its id alone, the id
 * says when the token ends, and has a code by which only its own tenant can know it.
 */
export class PortalTokens {
  constructor(private readonly keys: CredentialKeys) {}

  async issue(
    span: TenantSpan,
    options: { nowMs: number; ttlSeconds: number; randomBytes: (sizeBytes: number) => Uint8Array },
  ): Promise<PortalToken & { token: string }> {
    const issuedAtSec = Math.floor(options.nowMs / 1_000);
    const expiresAtSec = issuedAtSec + options.ttlSeconds;
    const id = this.idOf(span, expiresAtSec, options.randomBytes(randomBytesOfId));
    const token = await new SignJWT({ tenant: span.tenant, since: span.tenantSinceMs })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setJti(id)
      .setIssuedAt(issuedAtSec)
      .setExpirationTime(expiresAtSec)
      .sign(this.keys.portalTokens);
    return { ...span, id, token, expiresAtMs: expiresAtSec * 1_000 };
  }

  /** @returns `null` for whatever is not a token of ours that is valid now; whether it was revoked is not looked at */
  async verify(token: string, nowMs: number): Promise<PortalToken | null> {
    try {
      const { payload } = await jwtVerify(token, this.keys.portalTokens, {
        algorithms: [algorithm],
        typ: 'JWT',
        issuer,
        audience,
        requiredClaims: ['jti', 'iat', 'exp'],
        maxTokenAge: maxPortalTokenSeconds,
        clockTolerance: clockSkewSec,
        currentDate: new Date(nowMs),
      });
      const { jti, exp, tenant, since } = payload;
      if (typeof jti !== 'string' || !idForm.test(jti) || exp === undefined) return null;
      // the skew is for a token that was made just now, not for one that has ended
      if (exp * 1_000 <= nowMs) return null;
      if (typeof tenant !== 'string' || typeof since !== 'number') return null;
      return { id: jti, tenant, tenantSinceMs: since, expiresAtMs: exp * 1_000 };
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  /** @returns `null` for an id that was not made for this tenant */
  readId(span: TenantSpan, id: string): PortalToken | null {
    if (!idForm.test(id)) return null;
    const bytes = Buffer.from(id.slice(3), 'base64url');
    const body = bytes.subarray(0, expiryBytes + randomBytesOfId);
    if (!timingSafeEqual(bytes.subarray(body.length), this.macOf(span, body))) return null;
    return { ...span, id, expiresAtMs: body.readUIntBE(0, expiryBytes) * 1_000 };
  }

  private idOf(span: TenantSpan, expiresAtSec: number, random: Uint8Array): string {
    const expiry = Buffer.alloc(expiryBytes);
    expiry.writeUIntBE(expiresAtSec, 0, expiryBytes);
    const body = Buffer.concat([expiry, random]);
    return `pt_${Buffer.concat([body, this.macOf(span, body)]).toString('base64url')}`;
  }

  private macOf({ tenant, tenantSinceMs }: TenantSpan, body: Uint8Array): Buffer {
    const mac = createHmac('sha256', this.keys.portalTokenIds).update(`${tenant} ${tenantSinceMs} `);
    return mac.update(body).digest().subarray(0, macBytes);
  }
}
