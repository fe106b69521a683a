import { expect, test } from '@jest/globals';
import { summariseProfile, type ProfileNode } from './summarise-profile.js';

const node = (id: number, functionName: string, url: string, children: number[] = []): ProfileNode => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
});

test('what Node does counts for its caller, idle time for nobody', () => {
  const summary = summariseProfile({
    nodes: [
      node(1, '(root)', '', [2, 5]),
      node(2, 'send', 'file:///r/libs/http-sender/dist/sender.js', [3]),
      node(3, 'dispatch', 'file:///r/node_modules/undici/lib/client.js', [4]),
      node(4, 'write', 'node:net'),
      node(5, '(idle)', ''),
    ],
    samples: [2, 3, 4, 4, 5],
    timeDeltas: [1, 2, 3, 4, 100],
  });
  expect(summary).toMatchObject({
    busyMicros: 10,
    idleMicros: 100,
    byOrigin: [
      { what: 'node', micros: 7 },
      { what: 'undici', micros: 2 },
      { what: 'libs/http-sender/sender.js', micros: 1 },
    ],
    byCaller: [
      { what: 'undici', micros: 9 },
      { what: 'libs/http-sender/sender.js', micros: 1 },
    ],
  });
  expect(summary.byFunction[0]).toEqual({ what: 'write node:net:10', micros: 7 });
});
