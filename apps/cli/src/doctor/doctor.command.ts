import type { Command } from 'commander';
import { running } from '../context.js';
import { exitCodes } from '../fail/command-failure.js';
import { jsonOf } from '../show/show.js';
import { printable } from '../terminal/printable.js';
import type { Paint, Terminal } from '../terminal/terminal.js';
import type { Finding, Verdict } from './finding.js';

export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description(
      'look at settings, API, NATS and database, each with what to do; exit code 1 when something fails',
    )
    .option(
      '--nats-monitor <url>',
      'monitoring port of NATS, such as http://host:8222: it tells sync_interval',
    )
    .action(
      running<{ readonly natsMonitor?: string }>(terminal, async (context, _args, { natsMonitor }) => {
        // it brings the clients of NATS and PostgreSQL along: no other command should wait for them
        const { runDoctor } = await import('./run-doctor.js');
        const findings = await runDoctor(context, natsMonitor ?? null);
        await terminal.print(
          context.json ? jsonOf(findings) : findingLines(findings, terminal.paint).join('\n'),
        );
        if (findings.some(({ verdict }) => verdict === 'fail')) terminal.setExitCode(exitCodes.failed);
      }),
    );
}

export function findingLines(findings: readonly Finding[], paint: Paint): string[] {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, verdict, detail, advice }) => {
    const what = advice === undefined ? '' : `  → ${printable(advice)}`;
    return `${mark(verdict, paint)} ${check.padEnd(width)}  ${printable(detail)}${what}`;
  });
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  const failed = count('fail');
  const summary = failed > 0 ? paint('red', `${failed} failed`) : paint('green', 'Nothing is broken');
  return [...lines, `${summary}${count('warn') > 0 ? `, ${count('warn')} to look at` : ''}.`];
}

function mark(verdict: Verdict, paint: Paint): string {
  switch (verdict) {
    case 'ok':
      return paint('green', '✓');
    case 'warn':
      return paint('yellow', '!');
    case 'fail':
      return paint('red', '✗');
    case 'skipped':
      return paint('dim', '–');
  }
}
