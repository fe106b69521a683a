const unsafe = new RegExp(
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]',
  'g',
);

/** What came from outside, safe for a terminal: control and direction characters are written out. */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The body for a person: JSON indented, long lines and long bodies cut. */
export function shortBody(bytes: Buffer, { maxLines = 24, maxColumns = 160 } = {}): string[] {
  const text = pretty(bytes.toString('utf8'));
  const lines = text.split('\n').map((line) => cut(printable(line), maxColumns));
  if (lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines), `… ${lines.length - maxLines} more lines`];
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function cut(line: string, maxColumns: number): string {
  return line.length <= maxColumns ? line : `${line.slice(0, maxColumns)}…`;
}
