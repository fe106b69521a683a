import { unwrap, type components } from '@postel/client';
import type { Command } from 'commander';
import { running } from '../context.js';
import { exitCodes } from '../fail/command-failure.js';
import { choice } from '../read/options.js';
import { jsonOf } from '../show/show.js';
import type { Terminal } from '../terminal/terminal.js';
import { conservationLines } from './conservation-view.js';
import { statsLines } from './stats-view.js';

type Stats = components['schemas']['Stats'];

export function addFigures(program: Command, terminal: Terminal): void {
  program
    .command('stats')
    .description('figures of the tenant, or of one endpoint')
    .option('--endpoint <id>', 'of this one')
    .addOption(choice('--period <period>', 'the last', ['hour', 'day', 'week']).default('hour'))
    .action(
      running<{ readonly endpoint?: string; readonly period: Stats['period'] }>(
        terminal,
        async (context, _args, { endpoint, period }) => {
          const client = context.client();
          const query = { period };
          const stats = await unwrap(
            endpoint === undefined
              ? client.GET('/v1/stats', { params: { query } })
              : client.GET('/v1/endpoints/{id}/stats', { params: { path: { id: endpoint }, query } }),
          );
          await terminal.print(context.json ? jsonOf(stats) : statsLines(stats, terminal.paint).join('\n'));
        },
      ),
    );
  program
    .command('conservation')
    .description('whether every event and every delivery is accounted for; exit code 1 when not')
    .action(
      running(terminal, async (context) => {
        const report = await unwrap(context.client().GET('/v1/conservation', {}));
        await terminal.print(
          context.json ? jsonOf(report) : conservationLines(report, terminal.paint).join('\n'),
        );
        if (report.events.difference !== 0 || report.deliveries.difference !== 0) {
          terminal.setExitCode(exitCodes.failed);
        }
      }),
    );
}
