import { Controller, Get, Inject, Param, Req } from '@nestjs/common';
import type { JobAnswer } from '@postel/contracts';
import { principalOf, refuse, type Principal } from '@postel/http-api';
import type { Job } from '@postel/postgres';
import type { FastifyRequest } from 'fastify';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';

@Controller('v1/jobs')
export class ReadJobsController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Get(':id')
  async get(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JobAnswer> {
    const job = await this.parts.database().jobs.find(id);
    if (!job || !maySee(principalOf(request), job)) refuse('job_not_found');
    const { done, total, ...rest } = job;
    return { ...rest, progress: { done, total } };
  }
}

/** The erasure of a tenant is the operator's work: nobody acts for that tenant any more. */
function maySee({ kind, tenant }: Principal, job: Job): boolean {
  return job.kind === 'tenant_erasure' ? kind === 'admin' : job.tenant === tenant;
}
