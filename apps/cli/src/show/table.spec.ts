import { describe, expect, it } from '@jest/globals';
import { tableLines, type Column } from './table.js';

interface Row {
  readonly id: string;
  readonly url: string;
}
const columns: readonly Column<Row>[] = [
  { head: 'ID', of: ({ id }) => id },
  { head: 'URL', of: ({ url }) => url, flexible: true },
];
const rows = [
  { id: 'ep_1', url: 'https://example.com/a/very/long/path' },
  { id: 'ep_22', url: 'x' },
];
const layout = { columns: null, paint: (_style: unknown, text: string) => text, head: true };

describe('a table', () => {
  it('is aligned, and cut off nowhere where a program reads it', () => {
    expect(tableLines(rows, columns, layout)).toEqual([
      'ID     URL',
      'ep_1   https://example.com/a/very/long/path',
      'ep_22  x',
    ]);
  });

  it('fits the terminal by cutting what may be cut: never an id', () => {
    const lines = tableLines(rows, columns, { ...layout, columns: 20 });
    expect(lines.map((line) => line.length).every((length) => length <= 20)).toBe(true);
    expect(lines[1]).toMatch(/^ep_1 {3}https:.*…$/);
    expect(tableLines(rows, columns, { ...layout, columns: 5 })[2]).toMatch(/^ep_22/);
  });

  it('goes on without a head', () => {
    expect(tableLines([{ id: 'a', url: 'b' }], columns, { ...layout, head: false })).toEqual(['a  b']);
  });

  it('lets nobody write to the terminal through it', () => {
    const url = 'a\u001b[2J\u0007\nb\u202ec\u009b31m';
    expect(tableLines([{ id: 'x', url }], columns, layout)[1]).toBe('x   a\\x1b[2J\\x07⏎b\\x202ec\\x9b31m');
  });
});
