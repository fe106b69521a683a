import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import {
  everyFactFilter,
  redriveRequest,
  type RedriveAnswer,
  type RedriveParameters,
} from '@postel/contracts';
import type { FinishedDelivery } from '@postel/domain';
import { principalOf, refuse, RefusalError, validBody, type Principal } from '@postel/http-api';
import { lastSequenceOf } from '@postel/jetstream';
import { untilReached, type DeliveryState, type PagedDeadDelivery } from '@postel/postgres';
import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { afterChanges } from '../after-changes.js';
import { DEAD_LETTER_PARTS, type DeadLetterParts } from '../parts.js';
import { inOrder, reopenDelivery } from './reopen-delivery.js';

@Controller('v1')
export class RedriveController {
  constructor(@Inject(DEAD_LETTER_PARTS) private readonly parts: DeadLetterParts) {}

  @Post('deliveries/:id/retry')
  @HttpCode(202)
  async retry(@Param('id') id: string, @Req() request: FastifyRequest): Promise<unknown> {
    const principal = principalOf(request);
    await afterChanges(principal.tenant, 'delivery-log', this.parts);
    const { deliveries } = this.parts.database();
    const state = (await this.stateOf(principal.tenant, id)) ?? refuse('delivery_not_found');
    const endpoint = this.parts.tables.endpoint(state.endpointId)?.state;
    // first what does not depend on a projection that may be behind
    const isOpen = endpoint?.tenant === principal.tenant && endpoint.status === 'active';
    if (isOpen && (state.status === 'pending' || state.status === 'retrying')) {
      refuse('delivery_not_finished', `The delivery is ${state.status}.`);
    }
    await this.refuseErased(state);
    await this.reopen(state, 'retry', principal);
    const delivery = await deliveries.find(principal.tenant, id);
    // the projection may be a moment behind its own fact
    return {
      ...delivery,
      status: 'retrying',
      completedAt: null,
      nextAttemptAt: new Date(this.parts.nowMs()).toISOString(),
    };
  }

  @Post('dead-letters/redrive')
  @HttpCode(202)
  async redriveMany(@Req() request: FastifyRequest): Promise<RedriveAnswer> {
    const principal = principalOf(request);
    const { since, until, ...filter } = validBody(redriveRequest, request.body);
    // only what was there when it was asked for: what dies again is not redriven for ever
    const untilMs = Math.min(until ? Date.parse(until) : Infinity, this.parts.nowMs());
    const selection = { ...filter, untilMs, ...(since ? { sinceMs: Date.parse(since) } : {}) };
    await afterChanges(principal.tenant, 'dead-letters', this.parts);
    const { deadLetters } = this.parts.database();
    const atOnce = this.parts.redrivenAtOnce;
    const range = { after: 0, upTo: Number.MAX_SAFE_INTEGER, limit: atOnce + 1 };
    const found = await deadLetters.deliveriesAfter(principal.tenant, selection, range);
    const first = found.slice(0, atOnce);
    const results = await this.redriveAll(first, principal);
    const last = found.length > atOnce ? first.at(-1) : undefined;
    return {
      redriven: results.filter(Boolean).length,
      jobId: last ? await this.redriveOthers(principal, { ...selection, afterLogSeq: last.logSeq }) : null,
    };
  }

  @Post('dead-letters/:id/redrive')
  @HttpCode(202)
  async redrive(@Param('id') id: string, @Req() request: FastifyRequest): Promise<RedriveAnswer> {
    const principal = principalOf(request);
    await afterChanges(principal.tenant, 'dead-letters', this.parts);
    const { deadLetters } = this.parts.database();
    const [dead] = await deadLetters.findDeliveries(principal.tenant, [id]);
    if (!dead) {
      const isOfEvent = (await deadLetters.findInvalidEvent(principal.tenant, id)) !== null;
      refuse(isOfEvent ? 'event_not_understood' : 'dead_letter_not_found');
    }
    await this.refuseErased(dead);
    await this.reopen(dead, 'redrive', principal);
    return { redriven: 1, jobId: null };
  }

  /** As the log has it now: who was sent a delivery, or answered it, a moment ago may know more than the table. */
  private async stateOf(tenant: string, id: string): Promise<DeliveryState | null> {
    const { broker, database } = this.parts;
    const { deliveries, projections } = database();
    const state = await deliveries.findState(tenant, id);
    if (state && state.status !== 'pending' && state.status !== 'retrying') return state;
    await untilReached(projections, 'delivery-log', await lastSequenceOf(broker, 'LOG', everyFactFilter));
    return deliveries.findState(tenant, id);
  }

  private async refuseErased({ eventSeq }: FinishedDelivery): Promise<void> {
    const erased = await this.parts.database().erasedEvents.among([eventSeq]);
    if (erased.has(eventSeq)) refuse('event_erased', 'There is nothing left to send.');
  }

  /** Those whose endpoint is away now stay dead letters, and those whose event was erased. */
  private async redriveAll(dead: readonly PagedDeadDelivery[], { actor }: Principal): Promise<boolean[]> {
    const erased = await this.parts.database().erasedEvents.among(dead.map(({ eventSeq }) => eventSeq));
    const command = { by: 'redrive', actor, request: randomUUID() } as const;
    return Promise.all(
      inOrder(dead.filter(({ eventSeq }) => !erased.has(eventSeq))).map(
        async (delivery) => (await reopenDelivery(delivery, command, this.parts)).ok,
      ),
    );
  }

  /** @returns the id of the job */
  private async redriveOthers(
    { tenant, actor }: Principal,
    parameters: Omit<RedriveParameters, 'actor'>,
  ): Promise<string> {
    const { database, newId, nowMs } = this.parts;
    const id = newId('job');
    const job = { id, tenant, kind: 'redrive', createdAtMs: nowMs() } as const;
    await database().jobs.create({ ...job, parameters: { ...parameters, actor } });
    return id;
  }

  private async reopen(
    delivery: FinishedDelivery,
    by: 'retry' | 'redrive',
    principal: Principal,
  ): Promise<void> {
    const result = await reopenDelivery(delivery, { by, actor: principal.actor }, this.parts);
    if (!result.ok) throw new RefusalError(result.refusal);
  }
}
