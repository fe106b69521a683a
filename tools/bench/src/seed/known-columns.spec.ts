import { describe, expect, test } from '@jest/globals';
import { deliveriesColumns, eventsColumns, waitingColumns } from './known-columns.js';

describe('seeded rows', () => {
  test('name the same event and delivery in every table, so that they find each other', () => {
    expect(waitingColumns['event_seq']).toBe(eventsColumns['seq']);
    expect(waitingColumns['event_id']).toBe(eventsColumns['id']);
    expect(waitingColumns['delivery_id']).toBe(deliveriesColumns['id']);
    expect(deliveriesColumns['accepted_at']).toBe(eventsColumns['accepted_at']);
  });
});
