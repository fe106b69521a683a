import { unwrap } from '@postel/client';
import type { Command } from 'commander';
import { running } from '../context.js';
import { watchJob } from '../jobs/watch-job.js';
import type { Job } from '../jobs/job-view.js';
import { choice } from '../read/options.js';
import { parseMoment } from '../read/parse-moment.js';
import { jsonOf } from '../show/show.js';
import type { Terminal } from '../terminal/terminal.js';

interface RecoverOptions {
  readonly since: string;
  readonly until?: string;
  readonly only: NonNullable<Job['parameters']['only']>;
  readonly watch?: boolean;
}

export function addRecover(program: Command, terminal: Terminal): void {
  program
    .command('recover <endpoint>')
    .description('deliver again, or for the first time, what an endpoint should have got since a time')
    .requiredOption('--since <time>', 'events accepted since: 2h, 7d, or a date')
    .option('--until <time>', 'and before then')
    .addOption(
      choice(
        '--only <what>',
        'dead deliveries anew, those that were never made, or one more of every event',
        ['failed', 'missing', 'all'],
      ).default('failed'),
    )
    .option('--watch', 'see it advance; Ctrl-C leaves it running')
    .action(
      running<RecoverOptions>(terminal, async (context, [id = ''], { since, until, only, watch }) => {
        const nowMs = terminal.nowMs();
        const job = await unwrap(
          context.client().POST('/v1/endpoints/{id}/recover', {
            params: { path: { id } },
            body: {
              since: parseMoment(since, nowMs),
              ...(until === undefined ? {} : { until: parseMoment(until, nowMs) }),
              only,
            },
          }),
        );
        if (!watch) {
          const line = `${job.id} is under way; how far it is: postel jobs watch ${job.id}`;
          return terminal.print(context.json ? jsonOf(job) : line);
        }
        if (!context.json) await terminal.print(`${job.id} is under way.`);
        return watchJob(context, job.id);
      }),
    );
}
