import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { adminToken, fleetPatienceMs, startFleet, type Fleet } from './harness/fleet.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
}, fleetPatienceMs);
afterAll(async () => {
  await fleet?.stop();
}, fleetPatienceMs);

/** As a program of its own, in the repository, where the client is. */
async function run(program: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(program);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (errors !== '') throw new Error(errors);
  return output;
}

it('the example of the client does what it says', async () => {
  const page = readFileSync(join(root, 'docs/how-to/use-the-typescript-client.md'), 'utf8');
  const [, example = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const receiver = await fleet.receiver();
  const output = await run(example, {
    POSTEL_URL: fleet.api.url,
    POSTEL_TOKEN: adminToken,
    RECEIVER_URL: receiver.url,
  });
  const [created, accepted] = output.split('\n');
  expect(created).toMatch(/^created ep_\w+, keep its secret$/);
  expect(accepted).toMatch(/^accepted evt_\w+$/);
  expect(output).toContain('refused: invalid_event_type at type');
  const [request] = await receiver.waitFor(1);
  expect(request?.headers['webhook-id']).toBe(accepted?.split(' ')[1]);
});
