import { unwrap } from '@postel/client';
import type { Command } from 'commander';
import { running } from '../context.js';
import { addDo } from '../list/do-command.js';
import { addGet } from '../list/get-command.js';
import { group } from '../read/options.js';
import type { Terminal } from '../terminal/terminal.js';
import { jobLine, type Job } from './job-view.js';
import { watchJob } from './watch-job.js';

export function addJobs(program: Command, terminal: Terminal): void {
  const jobs = group(program, 'jobs', 'replays, recoveries, redrives and erasures under way');
  addGet(jobs, terminal, {
    description: 'how far a job has come',
    read: (client, id) => unwrap(client.GET('/v1/jobs/{id}', { params: { path: { id } } })),
  });
  jobs
    .command('watch <id>')
    .description('see it advance until it has ended; Ctrl-C leaves it running')
    .action(running(terminal, (context, [id = '']) => watchJob(context, id)));
  addDo<Job>(jobs, terminal, {
    usage: 'pause <id>',
    description: 'make a job wait; what it has made goes on',
    call: (client, [id = '']) => unwrap(client.POST('/v1/jobs/{id}/pause', { params: { path: { id } } })),
    done: (job) => jobLine(job, 0),
  });
  addDo<Job>(jobs, terminal, {
    usage: 'resume <id>',
    description: 'let a paused job go on where it was',
    call: (client, [id = '']) => unwrap(client.POST('/v1/jobs/{id}/resume', { params: { path: { id } } })),
    done: (job) => jobLine(job, 0),
  });
}
