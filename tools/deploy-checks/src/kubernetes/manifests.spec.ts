import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRepositoryFile, repositoryRoot } from '../repository.js';
import { builtManifests, builtNames, skipped } from './build-for-tests.js';
import { environmentFaults, environmentOf } from './environment.js';
import { hardeningFaults } from './hardening.js';
import { isWorkload, nameOf, type KubernetesObject, type Workload } from './objects.js';
import { schemaFaults } from './validate-object.js';
import { hasRules, prometheusRule, prometheusRulePath } from './prometheus-rule.js';
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

  it('name the migration by the version of its image', () => {
    const job = migrationOf(objects);
    const [container] = job.spec.template.spec.containers;
    expect(container?.image.split(':')[1]).toBe(versionOfPackage());
    expect(nameOf(job)).toBe(`Job migrate-${versionOfPackage()}`);
  });

  it('give the migration nothing whose name changes with its content', () => {
    const text = JSON.stringify(migrationOf(objects));
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

  it('the rules are those of deploy/prometheus', () => {
    if (!hasRules) return;
    expect(readRepositoryFile(prometheusRulePath)).toBe(prometheusRule());
    expect(objects.map(nameOf)).toContain('PrometheusRule postel');
  });
});

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

function versionOfPackage(): string {
  return (JSON.parse(readRepositoryFile('package.json')) as { version: string }).version;
}
