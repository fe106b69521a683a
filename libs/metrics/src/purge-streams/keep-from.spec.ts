import { expect, it } from '@jest/globals';
import { keepFrom, type StreamReaders } from './keep-from.js';

const all: StreamReaders = {
  lastSeq: 100,
  firstRetainedSeq: 80,
  consumers: [{ name: 'dispatcher', consumedUpTo: 90 }],
  neededDurables: ['dispatcher'],
  positions: new Map([['archive', 95]]),
  neededPositions: ['archive'],
};

it.each<[string, Partial<StreamReaders>, number]>([
  ['what is within its retention', {}, 80],
  ['what is not acknowledged', { consumers: [{ name: 'dispatcher', consumedUpTo: 10 }] }, 11],
  [
    'nothing for a durable that has read all',
    { consumers: [{ name: 'dispatcher', consumedUpTo: Infinity }] },
    80,
  ],
  ['what a projection has not read', { positions: new Map([['archive', 20]]) }, 21],
  ['everything for a projection that never ran', { positions: new Map() }, 1],
  ['everything while a durable is missing', { consumers: [] }, 0],
  ['what follows, when all is past its retention', { firstRetainedSeq: null, consumers: [] }, 0],
  [
    'what came while this was asked',
    {
      firstRetainedSeq: null,
      consumers: [{ name: 'dispatcher', consumedUpTo: 101 }],
      positions: new Map([['archive', 101]]),
    },
    101,
  ],
])('keeps %s', (_, changes, expected) => {
  expect(keepFrom({ ...all, ...changes })).toBe(expected);
});
