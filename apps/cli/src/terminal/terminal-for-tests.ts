import { Readable } from 'node:stream';
import type { Terminal } from './terminal.js';

export interface TestTerminal extends Terminal {
  readonly lines: string[];
  readonly warnings: string[];
  exitCode: number | null;
  interrupt(): void;
}

/** Keeps what is written, and shows no colours. */
export function testTerminal(given: Partial<Terminal> & { readonly typed?: string } = {}): TestTerminal {
  const interrupted = new AbortController();
  const lines: string[] = [];
  const warnings: string[] = [];
  return {
    env: {},
    directory: '/nowhere',
    input: Readable.from([Buffer.from(given.typed ?? '')]),
    inputIsTty: false,
    isTty: false,
    columns: null,
    nowMs: () => Date.now(),
    progress: () => undefined,
    paint: (_style, text) => text,
    untilInterrupted: () => interrupted.signal,
    ask: () => Promise.resolve(given.typed ?? ''),
    ...given,
    lines,
    warnings,
    exitCode: null,
    print(text) {
      lines.push(...text.split('\n'));
      return Promise.resolve();
    },
    warn: (text) => void warnings.push(text),
    setExitCode(code) {
      this.exitCode = code;
    },
    interrupt: () => interrupted.abort(),
  };
}
