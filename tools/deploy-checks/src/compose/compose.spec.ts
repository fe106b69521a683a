import { describe, expect, it } from '@jest/globals';
import { isInRepository, readRepositoryFile } from '../repository.js';
import { networksOf, parseCompose, variablesIn, type ComposeFile } from './compose-file.js';
import { schemaFaults } from './compose-schema.js';
import { environmentFaults } from './environment.js';
import { hardeningFaults } from './hardening.js';

const text = readRepositoryFile('docker-compose.yml');
const file = parseCompose(text);
const dockerfile = readRepositoryFile('deploy/docker/Dockerfile');
const ours = ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics'];

/** The file with one service changed: what a check must notice. */
function withService(name: string, change: object): ComposeFile {
  return { ...file, services: { ...file.services, [name]: { ...file.services[name], ...change } } };
}

function withoutKey(name: string, key: string): ComposeFile {
  const { [key]: _, ...rest } = file.services[name] as Record<string, unknown>;
  return { ...file, services: { ...file.services, [name]: rest } };
}

describe('docker-compose.yml', () => {
  it('is what the Compose Specification allows', () => {
    expect(schemaFaults(file)).toEqual([]);
  });

  it.each([
    ['a key that there is not', { healthchek: {} }],
    ['a duration without a unit', { healthcheck: { interval: 5 } }],
    ['a wrong restart', { depends_on: { nats: { condition: 'healthy' } } }],
  ])('is judged by the schema: %s', (_what, change) => {
    expect(schemaFaults(withService('ingest', change))).not.toEqual([]);
  });

  it('gives no container more than it needs', () => {
    expect(hardeningFaults(file)).toEqual([]);
  });

  it.each<[string, ComposeFile, string]>([
    ['a writable root', withoutKey('ingest', 'read_only'), 'ingest: its root file system is writable'],
    ['capabilities', withoutKey('nats', 'cap_drop'), 'nats: it keeps capabilities'],
    ['a capability', withService('nats', { cap_add: ['NET_ADMIN'] }), 'nats: it adds NET_ADMIN'],
    ['privileges', withoutKey('grafana', 'security_opt'), 'grafana: it may gain privileges'],
    ['privileged', withService('deliverer', { privileged: true }), 'deliverer: it is privileged'],
    ['no limit', withoutKey('metrics', 'deploy'), 'metrics: its memory has no limit'],
    [
      'no version',
      withService('nats', { image: 'nats' }),
      'nats: the image "nats" is not pinned to a version',
    ],
    [
      'latest',
      withService('tempo', { image: 'grafana/tempo:latest' }),
      'tempo: the image "grafana/tempo:latest" is',
    ],
    ['an open port', withService('ingest', { ports: ['8080:8080'] }), 'ingest: the port 8080:8080 is open'],
    ['no health', withoutKey('prometheus', 'healthcheck'), 'prometheus: nobody asks for its health'],
    ['no network', withoutKey('postgres', 'networks'), 'postgres: it is on the network that all share'],
    ['a log', withoutKey('ingest', 'logging'), 'ingest: its log grows without end'],
    [
      'the engine',
      withService('demo', { volumes: ['/var/run/docker.sock:/var/run/docker.sock'] }),
      'demo: it has the socket of the engine',
    ],
  ])('is noticed to be softer: %s', (_what, changed, fault) => {
    expect(hardeningFaults(changed)).toContainEqual(expect.stringContaining(fault));
  });

  it('gives each service the variables it knows and needs, and holds no secret', () => {
    expect(environmentFaults(file)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['one it does not know', { POSTEL_PORTS: '1' }, 'dispatcher: it does not know POSTEL_PORTS'],
    ['one of another service', { POSTEL_CIRCUIT: '{}' }, 'dispatcher: it does not know POSTEL_CIRCUIT'],
    ["one that is not OpenTelemetry's", { OTEL_SAMPLER: 'x' }, 'dispatcher: it does not know OTEL_SAMPLER'],
    [
      'a default that it refuses',
      { OTEL_TRACES_SAMPLER: '${OTEL_TRACES_SAMPLER:-sometimes}' },
      'dispatcher: it refuses its OTEL_TRACES_SAMPLER',
    ],
    ['a missing one', {}, 'dispatcher: it needs NATS_URL'],
    [
      'a secret in the file',
      { POSTEL_JWT_SECRET: 'x'.repeat(32) },
      'dispatcher: POSTEL_JWT_SECRET is a secret and not required from .env',
    ],
    [
      'a default for a secret',
      { POSTEL_ADMIN_TOKEN: '${POSTEL_ADMIN_TOKEN:-changeme}' },
      'dispatcher: POSTEL_ADMIN_TOKEN is a secret and not required from .env',
    ],
  ])('is noticed to give a service %s', (_what, environment, fault) => {
    expect(environmentFaults(withService('dispatcher', { environment }))).toContain(fault);
  });

  it('mounts nothing that the repository does not have, and writes to none of it', () => {
    const mounted = Object.values(file.services)
      .flatMap(({ volumes = [] }) => volumes)
      .filter((volume) => volume.startsWith('.'));
    expect(mounted.length).toBeGreaterThan(0);
    for (const volume of mounted) {
      const [source = '', , mode] = volume.split(':');
      expect([volume, isInRepository(source), mode]).toEqual([volume, true, 'ro']);
    }
  });

  it('declares every volume it uses', () => {
    const named = Object.values(file.services)
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => !source.startsWith('.'));
    expect(Object.keys(file.volumes ?? {}).sort()).toEqual([...new Set(named)].sort());
  });

  it('builds what the Dockerfile has', () => {
    const targets = Object.values(file.services).flatMap(({ build }) => (build ? [build.target] : []));
    expect(targets).toHaveLength(ours.length + 2);
    for (const target of targets) expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${target}$`, 'm'));
  });

  it('starts Postel alone unless a profile is asked for', () => {
    const byDefault = Object.entries(file.services).filter(([, { profiles }]) => profiles === undefined);
    expect(byDefault.map(([name]) => name).sort()).toEqual([...ours, 'migrate', 'nats', 'postgres'].sort());
  });

  it('serves the console from where the image has it', () => {
    expect(file.services['ingest']?.environment?.['POSTEL_CONSOLE_DIR']).toBe('/postel/apps/console/dist');
    expect(dockerfile).toContain('vite.js build apps/console ');
  });

  it('can scale what fans out and delivers', () => {
    for (const name of ['dispatcher', 'deliverer']) {
      const { ports, container_name } = file.services[name] ?? {};
      expect({ ports, container_name }).toEqual({ ports: undefined, container_name: undefined });
    }
  });

  it('gives a service the time to stop that it takes', () => {
    for (const name of ours) expect(file.services[name]?.stop_grace_period).toBe('30s');
  });

  it('lets only those out who have to, and the demo be reached by the deliverer alone', () => {
    const on = (network: string) =>
      Object.entries(file.services)
        .filter(([, service]) => networksOf(service).includes(network))
        .map(([name]) => name)
        .sort();
    expect(file.networks?.['inside']).toEqual({ internal: true });
    expect(on('outside')).toEqual(['deliverer', 'grafana', 'ingest', 'prometheus']);
    expect(on('demo')).toEqual(['deliverer', 'demo']);
  });

  it('has every variable in .env.example, and no other', () => {
    const example = readRepositoryFile('.env.example');
    const told = [...example.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);
    const required = variablesIn(text).filter(({ kind }) => kind === 'required');
    const used = new Set(variablesIn(text).map(({ name }) => name));
    for (const { name } of required) expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
    expect(told.filter((name) => !used.has(name ?? ''))).toEqual([]);
  });

  it('lets .env say which traces are recorded, and how they are sent', () => {
    const told = ['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG', 'OTEL_BSP_MAX_QUEUE_SIZE'];
    for (const service of ours)
      for (const variable of told)
        expect(file.services[service]?.environment?.[variable]).toContain(`\${${variable}:-`);
  });

  it('allows the demo the network that it is on', () => {
    const subnet = /subnet: (\S+?)[ }\n]/.exec(text)?.[1] ?? 'none';
    expect(readRepositoryFile('.env.example')).toContain(`# POSTEL_ALLOW_CIDRS=${subnet}\n`);
  });
});
