export interface Colours {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** Colours on a terminal that wants them (https://no-color.org), plain text elsewhere. */
export function coloursFor(out: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Colours {
  const colourful = out.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const paint = (code: number) => (text: string) => (colourful ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { good: paint(32), bad: paint(31), dim: paint(2), strong: paint(1) };
}
