import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diesWithUs } from './dies-with-us.js';
import { locateTestNatsServer } from './start-test-nats.js';
import { tempDir } from './temp-dir.js';
import { testPorts } from './test-ports.js';

export interface LonelyNats {
  readonly url: string;
  stop(): Promise<void>;
}

/** One of three nats-servers that has lost the others: it takes connections, and its JetStream has no leader. */
export async function startLonelyNats(): Promise<LonelyNats> {
  const binary = await locateTestNatsServer();
  const [port, routes, ...others] = (await testPorts(4)) as [number, number, ...number[]];
  const directory = tempDir('lonely-nats');
  const callOff = diesWithUs(directory.path);
  const config = join(directory.path, 'nats.conf');
  const toOthers = others.map((other) => `"nats-route://127.0.0.1:${other}"`).join(', ');
  writeFileSync(
    config,
    `server_name: lonely
listen: "127.0.0.1:${port}"
jetstream { store_dir: ${JSON.stringify(join(directory.path, 'store'))} }
cluster { name: test, listen: "127.0.0.1:${routes}", routes: [${toOthers}] }
`,
  );
  const child = spawn(binary, ['-c', config], { stdio: 'ignore' });
  return {
    url: `nats://127.0.0.1:${port}`,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      callOff();
      directory.remove();
    },
  };
}
