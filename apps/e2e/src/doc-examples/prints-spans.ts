import { freePort, waitUntil } from '@postel/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Block } from './fenced-blocks.js';
import type { Reader } from './reader.js';

const traces = {
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            { traceId: 'a1b2c3d4'.repeat(4), spanId: '1111111111111111', name: 'POST /v1/events' },
            {
              traceId: 'a1b2c3d4'.repeat(4),
              parentSpanId: '1111111111111111',
              spanId: '2222222222222222',
              name: 'send EVENTS',
            },
          ],
        },
      ],
    },
  ],
};

/** What stands in for a collector prints what it is sent. */
export async function printsSpans(_reader: Reader, { text }: Block): Promise<void> {
  const port = String(await freePort());
  const program = spawn('bash', ['-c', `exec ${text.trim().replace('4318', port)}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(program, 'exit');
  try {
    let output = '';
    program.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const request = { method: 'POST', body: JSON.stringify(traces) };
    await waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/v1/traces`, request)).ok, {
      describe: 'the page’s program to take traces',
    });
    const lines = [
      'a1b2c3d4 none             > 1111111111111111 POST /v1/events',
      'a1b2c3d4 1111111111111111 > 2222222222222222 send EVENTS',
    ];
    await waitUntil(() => output.includes(lines.join('\n')), {
      describe: 'the page’s program to print them',
    });
  } finally {
    program.kill();
    await ended;
  }
}
