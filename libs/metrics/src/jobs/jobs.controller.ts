import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { jobKinds, jobsQuery, type JobAnswer, type JobKind } from '@postel/contracts';
import { principalOf, refuse, validQuery, type Principal } from '@postel/http-api';
import type { Job } from '@postel/postgres';
import type { FastifyRequest } from 'fastify';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { jobAnswer } from './job-answer.js';

/** To pause a job that is paused, or to resume one that is not, changes nothing. */
@Controller('v1/jobs')
export class JobsController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Get()
  async list(@Query() query: unknown, @Req() request: FastifyRequest): Promise<object> {
    const principal = principalOf(request);
    const { kind, ...filter } = validQuery(jobsQuery, query);
    const kinds = kindsFor(principal).filter((known) => kind === undefined || known === kind);
    const { jobs } = this.parts.database();
    const { items, nextCursor } = await jobs.list(principal.tenant, { ...filter, kinds });
    return { data: items.map(jobAnswer), nextCursor };
  }

  @Get(':id')
  async get(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JobAnswer> {
    return jobAnswer(await this.job(id, request));
  }

  @Post(':id/pause')
  @HttpCode(200)
  async pause(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JobAnswer> {
    const { kind } = await this.job(id, request);
    if (kind === 'tenant_erasure') refuse('job_not_pausable', 'What a deleted tenant had is erased at once.');
    await this.parts.database().jobs.pause(id);
    const job = await this.job(id, request);
    if (job.completedAt !== null) refuse('job_finished', `The job has ${job.state}.`);
    return jobAnswer(job);
  }

  @Post(':id/resume')
  @HttpCode(200)
  async resume(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JobAnswer> {
    await this.job(id, request);
    const result = await this.parts.database().jobs.resume(id);
    if (result === 'in-the-way') refuse('recover_in_progress', 'Pause it first, or wait for its end.');
    const job = await this.job(id, request);
    if (job.completedAt !== null) refuse('job_finished', `The job has ${job.state}.`);
    return jobAnswer(job);
  }

  private async job(id: string, request: FastifyRequest): Promise<Job> {
    const job = await this.parts.database().jobs.find(id);
    return job && maySee(principalOf(request), job) ? job : refuse('job_not_found');
  }
}

/** The erasure of a tenant is the operator's work: nobody acts for that tenant any more. */
function kindsFor({ kind }: Principal): readonly JobKind[] {
  return kind === 'admin' ? jobKinds : jobKinds.filter((known) => known !== 'tenant_erasure');
}

function maySee(principal: Principal, { kind, tenant }: Job): boolean {
  if (!kindsFor(principal).includes(kind)) return false;
  return kind === 'tenant_erasure' || tenant === principal.tenant;
}
