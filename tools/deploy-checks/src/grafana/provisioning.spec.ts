import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { networksOf, parseCompose, type ComposeService } from '../compose/compose-file.js';
import { readRepositoryFile, repositoryRoot } from '../repository.js';

interface DataSource {
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly user?: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
  readonly secureJsonData?: Readonly<Record<string, string>>;
}

interface Provider {
  readonly options: { readonly path: string };
}

interface Variable {
  readonly type: string;
  readonly query?: string;
  readonly regex?: string;
}

const read = <T>(path: string) => parse(readRepositoryFile(path)) as T;
const provisioning = 'deploy/grafana/provisioning';
const { datasources } = read<{ datasources: DataSource[] }>(`${provisioning}/datasources/postel.yml`);
const { providers } = read<{ providers: Provider[] }>(`${provisioning}/dashboards/postel.yml`);
const prometheus = read<{
  global: { scrape_interval: string };
  scrape_configs: { job_name: string; dns_sd_configs: { names: string[] }[] }[];
}>('deploy/prometheus/prometheus.yml');
const tempo = read<{
  server: { http_listen_port: number };
  distributor: { receivers: { otlp: { protocols: { http: { endpoint: string } } } } };
  storage: { trace: { wal: { path: string }; local: { path: string } } };
}>('deploy/tempo/tempo.yml');
const { services } = parseCompose(readRepositoryFile('docker-compose.yml'));
const grafana = services['grafana'] as ComposeService;
const dashboardFiles = readdirSync(join(repositoryRoot, 'deploy/grafana/dashboards'));

/** What a container has at a path, as a path of the repository. */
function mountedAt({ volumes = [] }: ComposeService, path: string): string | undefined {
  const mount = volumes.map((volume) => volume.split(':')).find(([, target]) => target === path);
  return mount?.[0]?.replace(/^\.\//, '');
}

function sourceOf(type: string): DataSource {
  const [source, ...more] = datasources.filter((each) => each.type === type);
  if (source === undefined || more.length > 0) throw new Error(`not one data source of the type ${type}`);
  return source;
}

describe('what Grafana is given in docker-compose.yml', () => {
  it('has a data source for every choice of the dashboards, by its type and its name', () => {
    const chosen = dashboardFiles
      .map((file) => read<{ templating: { list: Variable[] } }>(`deploy/grafana/dashboards/${file}`))
      .flatMap(({ templating }) => templating.list)
      .filter(({ type }) => type === 'datasource');
    expect(chosen.length).toBeGreaterThanOrEqual(dashboardFiles.length);
    const unmet = chosen.filter(({ query, regex = '' }) => {
      const [, pattern = '', flags = ''] = /^\/(.*)\/(\w*)$/.exec(regex) ?? [];
      return !datasources.some(({ type, name }) => type === query && new RegExp(pattern, flags).test(name));
    });
    expect(unmet).toEqual([]);
  });

  it('reaches each of them: a service of that name, on its own network', () => {
    expect(networksOf(grafana)).toContain('inside');
    const reached = datasources.map(({ url }) => new URL(url.includes('//') ? url : `tcp://${url}`));
    expect(reached.map(({ hostname, port }) => `${hostname}:${port}`)).toEqual([
      'prometheus:9090',
      'postgres:5432',
      `tempo:${tempo.server.http_listen_port}`,
    ]);
    for (const { hostname } of reached) {
      expect(networksOf(services[hostname] as ComposeService)).toContain('inside');
    }
    expect(services['prometheus']?.healthcheck?.test?.at(-1)).toContain(':9090/');
  });

  it('knows how often Prometheus looks', () => {
    expect(sourceOf('prometheus').jsonData['timeInterval']).toBe(prometheus.global.scrape_interval);
  });

  it('reads PostgreSQL as the user that the SQL makes, with the password from its environment', () => {
    const { user, secureJsonData, jsonData } = sourceOf('grafana-postgresql-datasource');
    expect(readRepositoryFile('deploy/grafana/read-only-user.sql')).toContain(`CREATE ROLE ${user} LOGIN`);
    const [, variable = ''] = /^\$(\w+)$/.exec(secureJsonData?.['password'] ?? '') ?? [];
    expect(grafana.environment).toHaveProperty(variable);
    expect(services['grafana-user']?.environment).toHaveProperty(variable);
    expect(jsonData['database']).toBe(services['postgres']?.environment?.['POSTGRES_DB']);
  });

  it('is given files at the paths where it looks for them', () => {
    expect(mountedAt(grafana, '/etc/grafana/provisioning')).toBe(provisioning);
    expect(providers.map(({ options }) => mountedAt(grafana, options.path))).toEqual([
      'deploy/grafana/dashboards',
    ]);
    expect(mountedAt(services['prometheus'] as ComposeService, '/etc/prometheus')).toBe('deploy/prometheus');
  });

  // Grafana 13 stops a bundled plugin to update it, and cannot put it back: grafana/grafana#132528
  it('keeps the plugins of its data sources, which its read-only root does not let it renew', () => {
    expect(grafana.read_only).toBe(true);
    expect(grafana.environment?.['GF_PLUGINS_PREINSTALL_DISABLED']).toBe('true');
  });

  it('shows services that Prometheus knows by their names', () => {
    for (const { job_name, dns_sd_configs } of prometheus.scrape_configs) {
      expect(dns_sd_configs.flatMap(({ names }) => names)).toEqual([job_name]);
      expect(networksOf(services[job_name] as ComposeService)).toContain('inside');
    }
  });

  it('shows traces that Tempo is sent, and keeps in memory', () => {
    const [, port] = tempo.distributor.receivers.otlp.protocols.http.endpoint.split(':');
    expect(readRepositoryFile('.env.example')).toContain(
      `# OTEL_EXPORTER_OTLP_ENDPOINT=http://tempo:${port}\n`,
    );
    const { volumes = [], tmpfs = [] } = services['tempo'] as ComposeService;
    const { wal, local } = tempo.storage.trace;
    for (const { path } of [wal, local]) {
      expect(tmpfs.some((mount) => path.startsWith(`${mount.split(':')[0]}/`))).toBe(true);
      expect(volumes.some((volume) => path.startsWith(volume.split(':')[1] ?? '/'))).toBe(false);
    }
  });
});
