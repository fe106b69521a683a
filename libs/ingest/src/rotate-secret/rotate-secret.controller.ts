import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { rotateSecretRequest, type EndpointSecrets } from '@postel/contracts';
import { rotated } from '@postel/domain';
import { principalOf, refuse, RefusalError, validBody, type Principal } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import {
  changeEndpoint,
  changeEndpointSecrets,
  requireEndpoint,
  type EndpointOwner,
} from '../manage-endpoints/change-endpoint.js';
import { INGEST_PARTS, type IngestParts } from '../parts.js';
import { needsKeyPair } from './endpoint-vault.js';

interface RotatedSecret {
  readonly secret: string;
  readonly publicKey: string | null;
  readonly previousExpiresAt: string;
}

/** What is told leaves the endpoint as it is, so it may come before or after whatever others do. */
const maxTries = 50;

@Controller('v1/endpoints')
export class RotateSecretController {
  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestParts) {}

  @Post(':id/rotate-secret')
  @HttpCode(200)
  async rotate(@Param('id') endpointId: string, @Req() request: FastifyRequest): Promise<RotatedSecret> {
    const { tenant, actor } = principalOf(request);
    const { secret: given, graceSeconds } = validBody(rotateSecretRequest, request.body);
    const owner: EndpointOwner = { tenant, endpointId };
    const { schemes } = requireEndpoint(this.parts, owner).signature;
    const { vault, nowMs } = this.parts;
    const next = await vault.newSecret(owner, given);
    const nextPair = needsKeyPair(schemes) ? await vault.newKeyPair(owner) : null;
    let atMs = nowMs();
    const secrets = await changeEndpointSecrets(this.parts, owner, async (before) => {
      await this.requireAnother(owner, before, given);
      atMs = nowMs();
      const grace = { nowMs: atMs, graceSeconds };
      return {
        ...before,
        secrets: rotated(before.secrets, next.sealed, grace),
        keyPairs: nextPair ? rotated(before.keyPairs, nextPair, grace) : before.keyPairs,
      };
    });
    // after it: the history tells what has happened
    await this.tell(owner, 'rotate-secret', actor);
    return {
      secret: next.secret,
      publicKey: nextPair && (secrets.keyPairs[0]?.publicKey ?? null),
      previousExpiresAt: new Date(atMs + graceSeconds * 1_000).toISOString(),
    };
  }

  @Get(':id/secret')
  async reveal(@Param('id') endpointId: string, @Req() request: FastifyRequest): Promise<{ secret: string }> {
    const { tenant, actor } = principalOf(request);
    const owner: EndpointOwner = { tenant, endpointId };
    requireEndpoint(this.parts, owner);
    // before it: nobody sees a secret and leaves no trace
    await this.tell(owner, 'reveal-secret', actor);
    const { tables, vault } = this.parts;
    const secrets = tables.secretsOf(endpointId)?.state;
    const secret = secrets ? await vault.currentSecret(owner, secrets) : null;
    return { secret: secret ?? refuse('endpoint_not_found') };
  }

  private async tell(
    owner: EndpointOwner,
    kind: 'rotate-secret' | 'reveal-secret',
    actor: Principal['actor'],
  ): Promise<void> {
    const command = () => ({ kind, actor, nowMs: this.parts.nowMs() });
    await changeEndpoint(this.parts, owner, command, maxTries);
  }

  private async requireAnother(
    owner: EndpointOwner,
    before: EndpointSecrets,
    given: string | undefined,
  ): Promise<void> {
    const current = await this.parts.vault.currentSecret(owner, before);
    if (current === null) refuse('endpoint_not_found'); // deleted by someone else at this moment
    if (current !== given) return;
    const message = 'This is the current secret already';
    throw new RefusalError({
      code: 'invalid_request',
      errors: [{ path: 'secret', code: 'secret_unchanged', message }],
    });
  }
}
