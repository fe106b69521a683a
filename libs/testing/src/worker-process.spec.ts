import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tempDir, type TempDir } from './temp-dir.js';
import { Worker } from './worker-process.js';

interface EchoCommands {
  [name: string]: (input: never) => Promise<unknown>;
  echo: (input: string) => Promise<string>;
}

let directory: TempDir;
let worker: Worker<EchoCommands>;
beforeEach(async () => {
  directory = tempDir('worker');
  const path = join(directory.path, 'echo.mjs');
  const built = new URL('../dist/worker-process.js', import.meta.url).href;
  writeFileSync(
    path,
    `import { serveCommands } from '${built}';
     serveCommands({ echo: (input) => input === 'never' ? new Promise(() => undefined) : Promise.resolve(input) });`,
  );
  worker = Worker.start<EchoCommands>(pathToFileURL(path));
  expect(await worker.call('echo', 'a')).toBe('a');
});
afterEach(async () => {
  await worker.stop();
  directory.remove();
});

it('works on when a signal goes to the whole group: who made it ends it', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(worker.pid, signal);
  expect(await worker.call('echo', 'b')).toBe('b');
});

it('leaves nobody waiting for an answer when it ends', async () => {
  const asked = worker.call('echo', 'never');
  process.kill(worker.pid, 'SIGKILL');
  await expect(asked).rejects.toThrow('the worker ended (SIGKILL)');
  await expect(worker.call('echo', 'c')).rejects.toThrow('the worker ended (SIGKILL)');
});
