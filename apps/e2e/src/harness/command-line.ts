import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot, startChild, type ChildProcess } from './child-process.js';

type Env = Readonly<Record<string, string>>;

/** What one command did. */
export interface CommandEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandOptions {
  readonly env: Env;
  readonly input?: string;
  readonly directory: string;
  /** Of `postel`: that of this checkout. */
  readonly program?: string;
}

/** `npx postel` in a checkout. */
export const commandLine = join(repositoryRoot, 'apps', 'cli', 'bin', 'postel.mjs');

/** One command to its end, as a person or a script runs it; nothing of our environment but what is given. */
export async function runCommand(words: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  const { env, input = '', directory, program = commandLine } = options;
  const child = spawn(process.execPath, [program, ...words], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, ...env },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.on('error', () => undefined); // it may not read it
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** A command that goes on until it is told to stop. */
export function startCommand(words: readonly string[], env: Env): Promise<ChildProcess> {
  return startChild({
    name: `postel ${words[0] ?? ''}`,
    app: 'cli',
    program: 'compiled/main',
    args: words,
    env,
  });
}
