import { unwrap, type components } from '@postel/client';
import type { Command } from 'commander';
import { running } from '../context.js';
import { collected, wholeNumber } from '../read/options.js';
import { readText } from '../read/read-data.js';
import { eventBody } from '../send/event-body.js';
import { jsonOf } from '../show/show.js';
import { printable } from '../terminal/printable.js';
import type { Paint, Terminal } from '../terminal/terminal.js';

type Explanation = components['schemas']['Explanation'];

interface ExplainOptions {
  readonly data: string;
  readonly orderingKey?: string;
  readonly channels?: readonly string[];
  readonly limit: number;
  readonly request?: boolean;
}

export function addExplain(program: Command, terminal: Terminal): void {
  program
    .command('explain <type>')
    .description('which endpoints an event would reach, and why not the others; nothing is sent')
    .option('--data <json>', 'its data, or a whole event; @file, or - for standard input', '{}')
    .option('--ordering-key <key>')
    .option('--channels <names>', 'of these', collected)
    .option('--request', 'show what each would be sent')
    .option('--limit <n>', 'at most so many endpoints', wholeNumber(1, 250), 50)
    .action(
      running<ExplainOptions>(terminal, async (context, [type = ''], options) => {
        const { orderingKey, channels, limit } = options;
        const text = await readText(terminal, options.data, '--data');
        const explained = await unwrap(
          context.client().POST('/v1/events/explain', {
            params: { query: { limit } },
            body: eventBody({ type, orderingKey, channels }, text) as never,
            bodySerializer: (body: unknown) => body as string,
          }),
        );
        if (context.json) return terminal.print(jsonOf(explained));
        if (explained.data.length === 0) terminal.warn('There are no endpoints.');
        for (const one of explained.data) {
          await terminal.print(explanationLines(one, terminal.paint, options.request ?? false).join('\n'));
        }
      }),
    );
}

export function explanationLines(one: Explanation, paint: Paint, withRequest: boolean): string[] {
  const head = one.matches ? paint('green', '✓') : paint('red', '✗');
  return [
    `${head} ${one.endpointId}  ${printable(one.url)}  ${one.status}`,
    ...one.reasons.map(({ code, message }) => `    ${paint('dim', code)}  ${printable(message)}`),
    ...(one.fails ? [`    ${paint('red', one.fails.code)}  ${printable(one.fails.message)}`] : []),
    ...(one.waits ? [`    ${paint('yellow', 'waits')}  ${printable(one.waits.message)}`] : []),
    ...(withRequest && one.request ? requestLines(one.request) : []),
  ];
}

function requestLines({ url, headers, body }: NonNullable<Explanation['request']>): string[] {
  return [
    `    POST ${printable(url)}`,
    ...Object.entries(headers).map(([name, value]) => `    ${name}: ${printable(value)}`),
    '',
    `    ${printable(body)}`,
  ];
}
