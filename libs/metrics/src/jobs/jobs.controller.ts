import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { JobAnswer } from '@postel/contracts';
import { principalOf, refuse, type Principal } from '@postel/http-api';
import type { Job } from '@postel/postgres';
import type { FastifyRequest } from 'fastify';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { jobAnswer } from './job-answer.js';

/** To pause a job that is paused, or to resume one that is not, changes nothing. */
@Controller('v1/jobs')
export class JobsController {
  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

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
function maySee({ kind, tenant }: Principal, job: Job): boolean {
  return job.kind === 'tenant_erasure' ? kind === 'admin' : job.tenant === tenant;
}
