import type { EmbeddedServer } from '@postel/embedded-servers';
import { diesWithUs } from './dies-with-us.js';
import { noteProcess } from './leaks.js';
import { storePlace } from './store-place.js';
import { tempDir } from './temp-dir.js';

/** A real server of one test file, on a free port, with a store that goes when it is stopped. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Of the process that runs now. */
  pid(): number;
  /** For good: the process is gone, and its files. */
  stop(): Promise<void>;
  /** kill -9; resolves when the process is gone. The files stay for restart(). */
  kill(): Promise<void>;
  /** One signal: SIGSTOP makes it hang until SIGCONT. */
  signal(name: NodeJS.Signals): void;
  /** Stops cleanly when it still runs; then starts on the same port and files. */
  restart(): Promise<void>;
}

export interface TestServerOptions {
  readonly purpose: string;
  readonly start: (dataDir: string, port: number) => Promise<EmbeddedServer>;
}

export async function startTestServer({ purpose, start }: TestServerOptions): Promise<TestServer> {
  const directory = tempDir(purpose, storePlace());
  const callOff = diesWithUs(directory.path);
  const end = (): void => {
    directory.remove();
    callOff();
  };
  const startOn = async (port: number): Promise<EmbeddedServer> => {
    const started = await start(directory.path, port);
    noteProcess(purpose, started.pid);
    return started;
  };
  let server = await startOn(0).catch((error: unknown) => {
    end();
    throw error;
  });
  const { url, port } = server;
  let ended = false;

  return {
    url,
    port,
    pid: () => server.pid,
    stop: async () => {
      if (ended) return;
      ended = true;
      await server.stop();
      end();
    },
    kill: async () => {
      server.kill('SIGKILL');
      await server.exited;
    },
    signal: (name) => server.kill(name),
    restart: async () => {
      await server.stop();
      server = await startOn(port);
    },
  };
}
