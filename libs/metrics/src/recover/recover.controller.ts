import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { recoverRequest, type EndpointState, type JobAnswer } from '@postel/contracts';
import { principalOf, refuse, validBody } from '@postel/http-api';
import type { FastifyRequest } from 'fastify';
import { jobAnswer } from '../jobs/job-answer.js';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';

/**
 * What an endpoint should have got since a time. A paused one takes it too: its deliveries are made, and wait as others
 * do. For a disabled one nothing is made.
 */
@Controller('v1/endpoints')
export class RecoverController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Post(':id/recover')
  @HttpCode(202)
  async recover(@Param('id') endpointId: string, @Req() request: FastifyRequest): Promise<JobAnswer> {
    const { tenant, actor } = principalOf(request);
    const { since, until, only } = validBody(recoverRequest, request.body);
    const { broker, database, newId, nowMs } = this.parts;
    const { status } = (await this.endpointNow(tenant, endpointId)) ?? refuse('endpoint_not_found');
    if (status === 'disabled') refuse('endpoint_not_active', 'The endpoint is disabled.');
    const id = newId('job');
    const isCreated = await database().jobs.create({
      id,
      tenant,
      kind: 'recover',
      createdAtMs: nowMs(),
      alone: `recover:${endpointId}`,
      parameters: {
        endpointId,
        only,
        sinceMs: Date.parse(since),
        ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
        lastEventSeq: (await broker.jsm.streams.info('EVENTS')).state.last_seq,
        actor,
      },
    });
    if (!isCreated) refuse('recover_in_progress', 'Pause it first, or wait for its end.');
    return jobAnswer((await database().jobs.find(id)) ?? refuse('job_not_found'));
  }

  /** It may have been enabled a moment ago, to be recovered now. */
  private async endpointNow(tenant: string, endpointId: string): Promise<EndpointState | null> {
    const { tables } = this.parts;
    await tables.reached(await tables.lastSequence());
    const state = tables.endpoint(endpointId)?.state;
    return state?.tenant === tenant ? state : null;
  }
}
