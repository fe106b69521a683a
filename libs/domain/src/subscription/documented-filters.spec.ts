import { describe, expect, it } from '@jest/globals';
import { filterFaults, type EventFilter } from '@postel/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompiledFilter } from './compile-filter.js';
import { EventView } from './event-view.js';

const page = readFileSync(join(process.cwd(), 'docs/how-to/filter-events.md'), 'utf8');
const filters = [...page.matchAll(/```json\n(.*?)```/gs)].map(
  ([, text]) => JSON.parse(text ?? '') as EventFilter,
);
const event = `{"type":"order.created","data":{"object":{"id":12345678901234567890,"customer":"cus_1","amount":100,"country":"AT",
  "labels":{"example.com/team":"billing"},"items":[{"sku":"pen-1"},{"sku":"book-1"}],"tags":["eu"]}}}`;
const other =
  '{"type":"order.created","data":{"object":{"id":12345678901234567891,"amount":1,"tags":["internal"]}}}';

describe('the filters of docs/how-to/filter-events.md', () => {
  it('are there', () => expect(filters).toHaveLength(5));

  it.each(filters.map((filter) => [filter]))('%j is one, and does what the page says', (filter) => {
    expect(filterFaults(filter)).toEqual([]);
    const matches = (envelope: string) => new CompiledFilter(filter).matches(new EventView(envelope));
    expect([matches(event), matches(other)]).toEqual([true, false]);
  });
});
