import { expect, it } from '@jest/globals';
import { differences, readShown } from './shown-answer.js';

const shown = readShown(
  '{ "data": [{ "id": "dl_…", "reason": "exhausted", "attempts": 3, … }], "created": 1, "next": null }',
);

it('takes an answer that has what the page shows, and more', () => {
  const answer = {
    data: [{ id: 'dl_1', reason: 'exhausted', attempts: 3, more: 1 }],
    created: 2,
    next: null,
  };
  expect(differences(shown, answer)).toEqual([]);
});

it('says where an answer differs', () => {
  const answer = { data: [{ id: 'ep_1', attempts: '3' }], created: '2' };
  expect(differences(shown, answer)).toEqual([
    'data[0].id: is "ep_1", the page shows "dl_…"',
    'data[0].reason: is undefined, the page shows "exhausted"',
    'data[0].attempts: is "3", the page shows 3',
    'created: is "2", the page shows 1',
    'next: is undefined, the page shows null',
  ]);
});
