import { waitUntil } from '@postel/testing';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { repositoryRoot } from './fenced-blocks.js';

export interface CurlAnswer {
  readonly status: number;
  readonly body: string;
}

/** Every curl of the page, also within a function of its own, tells what came of it. */
const prelude = `curl() {
  command curl -sS --max-time 30 -w '\\n\x1e%{http_code} ' "$@"; local failed=$?
  printf '%s\\036\\n' "$failed"; return "$failed"
}
`;
const answerPattern = /(?<body>[^\x1e]*)\n\x1e(?<status>\d+) (?<failed>\d+)\x1e\n/g;
const endPattern = /\x1d(?<failed>\d+)\n$/;

type Env = Readonly<Record<string, string>>;

/** A shell that keeps its variables and functions from one block to the next, in the clone. */
export class Terminal {
  private readonly shell: ChildProcessWithoutNullStreams;
  private output = '';

  constructor(env: Env) {
    this.shell = start(['--noprofile', '--norc', '-s'], env, (text) => (this.output += text));
    this.shell.stdin.write(prelude);
  }

  /** @throws when the last command or any curl fails, or nothing is answered in time */
  async type(commands: string): Promise<CurlAnswer[]> {
    this.output = '';
    this.shell.stdin.write(`${commands}\nprintf '\\035%s\\n' "$?"\n`);
    await waitUntil(() => endPattern.test(this.output) || this.shell.exitCode !== null, {
      timeoutMs: 60_000,
      describe: `an end of\n${commands}`,
    });
    const found = [...this.output.matchAll(answerPattern)];
    const failed = [endPattern.exec(this.output), ...found].some(
      (match) => match?.groups?.['failed'] !== '0',
    );
    if (failed) throw new Error(`This failed:\n${commands}\n${this.output}`);
    return found.map(({ groups }) => ({
      status: Number(groups?.['status']),
      body: groups?.['body']?.trim() ?? '',
    }));
  }

  async close(): Promise<void> {
    this.shell.stdin.end();
    if (this.shell.exitCode === null) await once(this.shell, 'close');
  }
}

/** A program that runs until it is stopped, in a terminal of its own; it ends with this process, however that ends. */
export class Foreground {
  private readonly shell: ChildProcessWithoutNullStreams;
  private printed = '';

  /** @param command one simple command of the shell */
  constructor(command: readonly string[], env: Env = {}) {
    const script = '"$@" & program=$!; cat >/dev/null; kill "$program" 2>/dev/null; wait "$program"';
    this.shell = start(['-c', script, 'foreground', ...command], env, (text) => (this.printed += text));
  }

  output(): string {
    return this.printed;
  }

  async stop(): Promise<void> {
    this.shell.stdin.end();
    if (this.shell.exitCode === null) await once(this.shell, 'close');
  }
}

function start(
  args: readonly string[],
  env: Env,
  hear: (text: string) => void,
): ChildProcessWithoutNullStreams {
  const child = spawn('bash', args, {
    cwd: repositoryRoot,
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'pipe',
  });
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  return child;
}
