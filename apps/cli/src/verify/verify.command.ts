import type { Command } from 'commander';
import { running, type Context } from '../context.js';
import { exitCodes, usageFailure } from '../fail/command-failure.js';
import { wholeNumber } from '../read/options.js';
import { readData, readFile, readInput } from '../read/read-data.js';
import { jsonOf } from '../show/show.js';
import { printable } from '../terminal/printable.js';
import type { Paint, Terminal } from '../terminal/terminal.js';
import { checkRequest, type Check, type VerifyReport } from './check-request.js';
import { headersOf, parseRequest, type PastedRequest } from './parse-request.js';

interface VerifyOptions {
  readonly request?: string;
  readonly headers?: string;
  readonly body?: string;
  readonly secret?: string;
  readonly tolerance: number;
  readonly ignoreTime?: boolean;
}

export function addVerify(program: Command, terminal: Terminal): void {
  program
    .command('verify')
    .description('check the signature of a request you have, step by step; exit code 1 when it is not good')
    .option('--request <file>', 'raw HTTP, `curl -v`, or an attempt as JSON; - for standard input')
    .option('--headers <text>', 'instead: "Name: value" lines; @file, or -')
    .option('--body <text>', 'its bytes; @file, or -')
    .option('--secret <secret>', 'whsec_…, or whpk_… for Ed25519 (POSTEL_WEBHOOK_SECRET, or it is asked for)')
    .option('--tolerance <seconds>', 'how far the timestamp may be off', wholeNumber(0, 1_000_000_000), 300)
    .option('--ignore-time', 'do not judge the timestamp')
    .action(running<VerifyOptions>(terminal, verifyPasted));
}

async function verifyPasted(
  context: Context,
  _args: readonly string[],
  options: VerifyOptions,
): Promise<void> {
  const { terminal } = context;
  const { headers, body } = await requestOf(terminal, options);
  if (body === null) {
    throw usageFailure('the request has no body', '`curl -v` does not show it: give it with --body @file');
  }
  const report = checkRequest({
    headers,
    body,
    secret: await secretOf(terminal, options),
    nowSec: Math.floor(terminal.nowMs() / 1_000),
    toleranceSec: options.tolerance,
    ignoreTime: options.ignoreTime ?? false,
  });
  await terminal.print(context.json ? jsonOf(report) : reportLines(report, terminal.paint).join('\n'));
  if (!report.ok) terminal.setExitCode(exitCodes.failed);
}

async function requestOf(terminal: Terminal, options: VerifyOptions): Promise<PastedRequest> {
  const { request, headers, body } = options;
  if ((request === undefined) === (headers === undefined)) {
    throw usageFailure('which request?', 'give --request FILE, or --headers and --body');
  }
  const pasted =
    request === undefined
      ? {
          headers: headersOf((await readData(terminal, headers ?? '')).toString('latin1').split(/\r?\n/)),
          body: null,
        }
      : parseRequest(await pastedBytes(terminal, request));
  if (pasted === null) {
    throw usageFailure('this is no request', 'raw HTTP, the output of `curl -v`, or an attempt as JSON');
  }
  return body === undefined ? pasted : { ...pasted, body: await readData(terminal, body) };
}

async function pastedBytes(terminal: Terminal, path: string): Promise<Buffer> {
  return path === '-' ? readInput(terminal) : readFile(terminal, path.replace(/^@/, ''));
}

async function secretOf(terminal: Terminal, { secret }: VerifyOptions): Promise<string> {
  const given = secret ?? terminal.env['POSTEL_WEBHOOK_SECRET'];
  if (given) return given;
  if (!terminal.inputIsTty)
    throw usageFailure('with which secret?', 'give --secret or POSTEL_WEBHOOK_SECRET');
  return terminal.ask('Secret (it is not shown): ', { secret: true });
}

function reportLines({ ok, families, hints }: VerifyReport, paint: Paint): string[] {
  return [
    ...families.flatMap(({ family, checks }) => [
      paint('bold', family),
      ...checks.map((check) => `  ${mark(check, paint)} ${check.what}: ${printable(check.detail)}`),
    ]),
    ...hints.map((hint) => `${paint('yellow', '→')} ${printable(hint)}`),
    ok ? paint('green', 'The request is good.') : paint('red', 'The request is not good.'),
  ];
}

function mark({ ok }: Check, paint: Paint): string {
  if (ok === null) return paint('dim', '·');
  return ok ? paint('green', '✓') : paint('red', '✗');
}
