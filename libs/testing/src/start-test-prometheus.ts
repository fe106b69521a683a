import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type EmbeddedServer } from '@postel/embedded-servers';
import { locatePrometheus } from './locate-prometheus.js';
import { spawnServer } from './spawned-server.js';
import { startTestServer, type TestServer } from './test-server.js';

export interface TestPrometheusOptions {
  readonly scrape: readonly ScrapeJob[];
  /** Rule files, as absolute paths. */
  readonly rules?: readonly string[];
  /** Between two scrapes of a target, and two evaluations of a rule (1,000). */
  readonly everyMs?: number;
}

export interface ScrapeJob {
  readonly job: string;
  /** `host:port`, each answering `/metrics`. */
  readonly targets: readonly string[];
}

/** A real Prometheus on a free port, which scrapes. `null` where it cannot be had (see locatePrometheus). */
export async function startTestPrometheus(options: TestPrometheusOptions): Promise<TestServer | null> {
  const programs = await locatePrometheus();
  if (programs === null) return null;
  return startTestServer({
    purpose: 'prometheus',
    start: (dataDir, port) => start(programs.prometheus, options, dataDir, port),
  });
}

async function start(
  binary: string,
  options: TestPrometheusOptions,
  dataDir: string,
  wantedPort: number,
): Promise<EmbeddedServer> {
  const port = wantedPort === 0 ? await freePort() : wantedPort;
  const url = `http://127.0.0.1:${port}`;
  const configFile = join(dataDir, 'prometheus.yml');
  await writeFile(configFile, configuration(options));
  return spawnServer({
    name: 'prometheus',
    url,
    port,
    binary,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(dataDir, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    dataDir,
    isReady: async () => (await fetch(`${url}/-/ready`)).ok,
  });
}

/** JSON, which is YAML too. */
function configuration({ scrape, rules = [], everyMs = 1_000 }: TestPrometheusOptions): string {
  const interval = `${everyMs}ms`;
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: rules,
    scrape_configs: scrape.map(({ job, targets }) => ({ job_name: job, static_configs: [{ targets }] })),
  });
}
