import { unwrap } from '@postel/client';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../context.js';
import { exitCodes } from '../fail/command-failure.js';
import { printable } from '../terminal/printable.js';
import { hasEnded, jobLine, type Job } from './job-view.js';

const everyMs = 500;
const barWidth = 30;

/**
 * Shows a job until it has ended: a bar on a terminal, a line at each change elsewhere. Ctrl-C ends the watching alone.
 * Exit code 1 when the job failed.
 */
export async function watchJob(context: Context, id: string): Promise<void> {
  const { terminal } = context;
  const interrupted = terminal.untilInterrupted();
  const client = context.client({ signal: interrupted });
  let shown = '';
  try {
    for (;;) {
      const job = await unwrap(client.GET('/v1/jobs/{id}', { params: { path: { id } } }));
      shown = await show(context, job, shown);
      if (hasEnded(job)) return await showEnd(context, job);
      await delay(everyMs, undefined, { signal: interrupted });
    }
  } catch (error) {
    if (!interrupted.aborted) throw error;
    terminal.progress('');
    terminal.warn(`${id} goes on; how far it is: postel jobs watch ${id}`);
  }
}

async function show({ terminal, json }: Context, job: Job, shown: string): Promise<string> {
  if (terminal.isTty && !json) {
    terminal.progress(jobLine(job, barWidth));
    return shown;
  }
  const line = json ? JSON.stringify(job) : jobLine(job, 0);
  if (line !== shown) await terminal.print(line);
  return line;
}

async function showEnd({ terminal, json }: Context, job: Job): Promise<void> {
  if (terminal.isTty && !json) {
    terminal.progress('');
    await terminal.print(jobLine(job, barWidth));
  }
  if (job.state !== 'failed') return;
  terminal.warn(printable(job.error ?? 'It failed.'));
  terminal.setExitCode(exitCodes.failed);
}
