import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readRepositoryFile, repositoryRoot } from '../repository.js';
import { builtManifests, builtNames, skipped } from './build-for-tests.js';
import { environmentFaults, environmentOf } from './environment.js';
import { hardeningFaults } from './hardening.js';
import { isWorkload, nameOf, type KubernetesObject, type Workload } from './objects.js';
import { schemaFaults } from './validate-object.js';
import { prometheusRule, prometheusRulePath } from './prometheus-rule.js';
import { wiringFaults } from './wiring.js';

const withKubectl = skipped === '' ? describe : describe.skip;

withKubectl.each(builtNames)(`the manifests: %s${skipped}`, (name) => {
  const objects = builtManifests(name);

  it('are what the schemas of Kubernetes and of the operators allow', () => {
    expect(objects.length).toBeGreaterThan(30);
    expect(objects.flatMap(schemaFaults)).toEqual([]);
  });

  it('are hardened', () => {
    expect(hardeningFaults(objects)).toEqual([]);
  });

  it('fit together', () => {
    expect(wiringFaults(objects)).toEqual([]);
  });

  it('give each service the settings that it reads', () => {
    expect(environmentFaults(objects)).toEqual([]);
  });

  it('give the console its files, and no secret, where there is one', () => {
    if (name.startsWith('without the console')) return;
    const console = deploymentOf(objects, 'console');
    expect(environmentOf(console, objects).get('POSTEL_CONSOLE_DIR')).toBe('/postel/apps/console/dist');
    expect(JSON.stringify(console)).not.toMatch(/secret/i);
  });

  it('name jobs by the version of the image that migrates', () => {
    const jobs = onceOnly(objects);
    const migrate = migrationOf(objects);
    const version = migrate.spec.template.spec.containers[0]?.image.split(':')[1];
    expect(version).toBe(versionOfPackage());
    expect(jobs.filter(({ metadata }) => !metadata.name.endsWith(`-${version}`)).map(nameOf)).toEqual([]);
  });

  it('give jobs nothing whose name changes with its content', () => {
    const text = JSON.stringify(onceOnly(objects));
    const generated = objects
      .filter(
        ({ kind, metadata }) => /^(ConfigMap|Secret)$/.test(kind) && /-[a-z0-9]{10}$/.test(metadata.name),
      )
      .map(({ metadata }) => metadata.name);
    expect(generated.length).toBeGreaterThan(4);
    expect(generated.filter((generatedName) => text.includes(generatedName))).toEqual([]);
  });

  it('keep streams as often as there are brokers', () => {
    const broker = objects.filter(isWorkload).find(({ metadata }) => metadata.name === 'nats');
    expect(environmentOfService(objects, 'dispatcher').get('POSTEL_STREAM_REPLICAS')).toBe(
      String(broker?.spec.replicas),
    );
  });
});

withKubectl(`over the nodes${skipped}`, () => {
  // by topologyKey: a patch by its place in the list might meet another
  const ifNotPossible = (name: string) =>
    new Set(
      builtManifests(name)
        .filter(isWorkload)
        .filter(({ kind }) => kind === 'Deployment')
        .flatMap(({ spec }) => spec.template.spec.topologySpreadConstraints ?? [])
        .map(({ topologyKey, whenUnsatisfiable }) => `${topologyKey}: ${whenUnsatisfiable}`),
    );

  it('production puts no two replicas of a service where one is enough to be lost', () => {
    expect(ifNotPossible('production')).toEqual(
      new Set(['topology.kubernetes.io/zone: ScheduleAnyway', 'kubernetes.io/hostname: DoNotSchedule']),
    );
  });

  it('dev does with a single node', () => {
    expect(ifNotPossible('dev')).toEqual(
      new Set(['topology.kubernetes.io/zone: ScheduleAnyway', 'kubernetes.io/hostname: ScheduleAnyway']),
    );
  });
});

withKubectl(`with KEDA${skipped}`, () => {
  it('the lag of every partition counts, and there are no more deliverers than partitions', () => {
    const objects = builtManifests('production');
    const partitions = Number(environmentOfService(objects, 'deliverer').get('POSTEL_PARTITIONS'));
    const { triggers, maxReplicaCount } = objects.find(
      ({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === 'deliverer',
    )?.spec as { triggers: { metadata: { consumer: string } }[]; maxReplicaCount: number };
    expect(triggers.map(({ metadata }) => metadata.consumer)).toEqual(
      Array.from({ length: partitions }, (_, number) => `deliverer-delivery-${number}`),
    );
    expect(maxReplicaCount).toBe(partitions);
  });
});

withKubectl(`before a restore${skipped}`, () => {
  it("what `-l 'app.kubernetes.io/name!=postel'` selects is broker, settings and the Job, and starts no service", () => {
    const selected = builtManifests('without operators')
      .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] !== 'postel')
      .map(nameOf);
    for (const name of [
      'Namespace postel',
      'StatefulSet nats',
      'CronJob restore',
      'PersistentVolumeClaim backups',
    ])
      expect(selected).toContain(name);
    expect(selected.filter((name) => name.startsWith('ConfigMap settings-of-all'))).toHaveLength(1);
    expect(selected.filter((name) => /^Deployment|^Job migrate/.test(name))).toEqual([]);
  });
});

withKubectl(`for Grafana and Prometheus${skipped}`, () => {
  const objects = builtManifests('production');

  it('every dashboard is in a ConfigMap that `kubectl apply` can take', () => {
    const dashboards = objects.filter(({ metadata }) => metadata.labels?.grafana_dashboard === '1');
    expect(dashboards.flatMap(({ data }) => Object.keys(data ?? {})).sort()).toEqual(
      readdirSync(join(repositoryRoot, 'deploy/grafana/dashboards')).sort(),
    );
    // it keeps what it applied in an annotation, and annotations have 256 KiB at most
    expect(objects.filter((object) => JSON.stringify(object).length > 200 * 1024).map(nameOf)).toEqual([]);
  });

  it.each(['production', 'by an HTTPRoute, CPU and CloudNativePG'])(
    'Grafana gets an account in the database, and a data source as in deploy/grafana: %s',
    (name) => {
      const built = builtManifests(name);
      const job = built.filter(isWorkload).find(({ metadata }) => metadata.name.startsWith('grafana-user'));
      const sql = built.find(({ metadata }) => metadata.name === 'grafana-user-sql')?.data ?? {};
      const [{ command = [], args = [] } = {}] = job?.spec.template.spec.containers ?? [];
      const run = [...command, ...args].flatMap((word) => /^--file=\/sql\/(.+)$/.exec(word)?.[1] ?? []);
      expect(run[0]).toBe('read-only-user.sql');
      expect(run.filter((file) => !(file in sql))).toEqual([]);
      const template = templateOf(built, 'grafana-datasource-postel');
      expect(template.metadata?.labels).toEqual({ grafana_datasource: '1' });
      const [given] = datasourcesIn(template.data?.['postel.yaml'] ?? '');
      const compose = datasourcesIn(readRepositoryFile('deploy/grafana/provisioning/datasources/postel.yml'));
      const { url: _url, secureJsonData: _secure, jsonData, ...same } = given ?? {};
      expect(compose).toContainEqual(expect.objectContaining(same));
      expect(jsonData?.['sslmode']).toBe('require');
    },
  );

  it('CloudNativePG makes the account that the owner of the tables may not make', () => {
    const built = builtManifests('by an HTTPRoute, CPU and CloudNativePG');
    const { managed } = built.find(({ kind }) => kind === 'Cluster')?.spec as { managed: unknown };
    expect(managed).toMatchObject({
      roles: [{ name: 'postel_grafana', passwordSecret: { name: 'postel-grafana-database' } }],
    });
    expect(templateOf(built, 'postel-grafana-database').data).toMatchObject({ username: 'postel_grafana' });
  });

  it.each(['dev', 'production', 'by an HTTPRoute, CPU and CloudNativePG'])(
    'the alert about volumes knows the claims of %s',
    (name) => {
      const [, known = 'none'] =
        /kubelet_volume_stats_\w+\{persistentvolumeclaim=~"([^"]+)"/.exec(prometheusRule()) ?? [];
      const claims = builtManifests(name).flatMap(claimsOf);
      expect(claims.length).toBeGreaterThan(0);
      expect(claims.filter((claim) => !new RegExp(`^(?:${known})$`).test(claim))).toEqual([]);
    },
  );

  it('the rules are those of deploy/prometheus', () => {
    expect(readRepositoryFile(prometheusRulePath)).toBe(prometheusRule());
    expect(objects.map(nameOf)).toContain('PrometheusRule postel');
  });
});

interface SecretTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

function templateOf(objects: readonly KubernetesObject[], name: string): SecretTemplate {
  const secret = objects.find(({ kind, metadata }) => kind === 'ExternalSecret' && metadata.name === name);
  return (secret?.spec as { target: { template: SecretTemplate } }).target.template;
}

/** The names of the first pod's: as Kubernetes makes them of a StatefulSet's, and CloudNativePG of its Cluster's. */
function claimsOf(object: KubernetesObject): readonly string[] {
  if (object.kind === 'Cluster') return [`${object.metadata.name}-1`, `${object.metadata.name}-1-wal`];
  if (!isWorkload(object)) return [];
  const { volumeClaimTemplates = [] } = object.spec;
  return volumeClaimTemplates.map(({ metadata }) => `${metadata.name}-${object.metadata.name}-0`);
}

interface DataSource {
  readonly url: string;
  readonly jsonData?: Readonly<Record<string, unknown>>;
  readonly secureJsonData?: unknown;
}

function datasourcesIn(text: string): readonly DataSource[] {
  return (parse(text) as { datasources: DataSource[] }).datasources;
}

function environmentOfService(objects: readonly KubernetesObject[], service: string) {
  return environmentOf(deploymentOf(objects, service), objects);
}

function deploymentOf(objects: readonly KubernetesObject[], service: string): Workload {
  return objects
    .filter(isWorkload)
    .find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === service) as Workload;
}

function migrationOf(objects: readonly KubernetesObject[]): Workload {
  return objects
    .filter(isWorkload)
    .find(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'migrate') as Workload;
}

/** Jobs that an upgrade makes; those of a CronJob come by themselves. */
function onceOnly(objects: readonly KubernetesObject[]): Workload[] {
  const components = ['migrate', 'grafana-user'];
  return objects
    .filter(isWorkload)
    .filter(({ kind }) => kind === 'Job')
    .filter(({ metadata }) => components.includes(metadata.labels?.['app.kubernetes.io/component'] ?? ''));
}

function versionOfPackage(): string {
  return (JSON.parse(readRepositoryFile('package.json')) as { version: string }).version;
}
