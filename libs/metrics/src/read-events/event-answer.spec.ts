import { expect, it } from '@jest/globals';
import type { ArchivedEvent } from '@postel/postgres';
import { eventAnswer } from './event-answer.js';

const archived: ArchivedEvent = {
  acceptedAtMs: 5_000,
  seq: 1,
  tenant: 'default',
  id: 'evt_1',
  type: 'order.created',
  createdAtMs: 4_000,
  door: 'http',
  channels: ['a'],
  payload: null,
  headers: {},
  valid: true,
  erasedAtMs: null,
};

it('shows an event whose payload is past its retention, and says so', () => {
  expect(JSON.parse(eventAnswer(archived) ?? '')).toEqual({
    id: 'evt_1',
    type: 'order.created',
    created: 4,
    acceptedAt: '1970-01-01T00:00:05.000Z',
    apiVersion: '2024-01-01',
    data: null,
    channels: ['a'],
    erased: false,
    expired: true,
  });
  expect(eventAnswer({ ...archived, valid: false })).toBeNull();
});
