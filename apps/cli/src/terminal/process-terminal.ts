import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { withKeptPorts } from '../connect/kept-installation.js';
import type { Terminal } from './terminal.js';

/** The terminal, or the pipes, that this process was started with. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const directory = process.cwd();
  stderr.on('error', () => process.exit(1));
  stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // `postel events list | head` has seen enough: that is no failure
    if (code === 'EPIPE') process.exit(0);
    stderr.write(`postel: the output cannot be written: ${message}\n`, () => process.exit(1));
  });
  return {
    env: withKeptPorts(directory, process.env),
    directory,
    input: stdin,
    inputIsTty: stdin.isTTY,
    isTty: stdout.isTTY,
    columns: stdout.isTTY ? stdout.columns : null,
    nowMs: () => Date.now(),
    print: async (text) => {
      if (!stdout.write(`${text}\n`)) await once(stdout, 'drain');
    },
    progress: (text) => {
      if (stderr.isTTY) stderr.write(`\r\u001b[K${text}`);
    },
    warn: (text) => void stderr.write(`${text}\n`),
    paint: (style, text) => styleText(style, text),
    untilInterrupted,
    ask,
    setExitCode: (code) => void (process.exitCode = code),
  };
}

function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  return interrupted.signal;
}

async function ask(question: string, { secret = false } = {}): Promise<string> {
  process.stderr.write(question);
  // readline edits the line as usual; what it would echo goes nowhere
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({
    input: process.stdin,
    output: secret ? nowhere : process.stderr,
    terminal: process.stdin.isTTY,
  });
  const interrupted = new AbortController();
  lines.once('SIGINT', () => interrupted.abort());
  lines.once('close', () => interrupted.abort());
  try {
    return (await lines.question('', { signal: interrupted.signal })).trim();
  } finally {
    lines.close();
    if (secret) process.stderr.write('\n');
  }
}
