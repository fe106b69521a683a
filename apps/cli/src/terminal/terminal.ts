import type { Readable } from 'node:stream';

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';
/** Coloured where colours are seen (NO_COLOR, FORCE_COLOR). */
export type Paint = (style: Style, text: string) => string;

/** What a command has of the world: a test gives it another one. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly input: Readable;
  /** Someone types. */
  readonly inputIsTty: boolean;
  /** Someone reads along. */
  readonly isTty: boolean;
  /** Of the terminal; `null` when the output goes elsewhere, and nothing may be cut off. */
  readonly columns: number | null;
  nowMs(): number;
  /** One line or several, on standard output; resolves when more can be taken. */
  print(text: string): Promise<void>;
  /** Overwrites the last line that this wrote, on a terminal alone. */
  progress(text: string): void;
  /** On standard error. */
  warn(text: string): void;
  readonly paint: Paint;
  /** Aborted by the first Ctrl-C or SIGTERM from now on; a second one ends the process at once. */
  untilInterrupted(): AbortSignal;
  /** Asks for one line; what is typed is not shown when it is secret. */
  ask(question: string, options?: { readonly secret?: boolean }): Promise<string>;
  /** The process ends with it, once nothing is left to do. */
  setExitCode(code: number): void;
}
