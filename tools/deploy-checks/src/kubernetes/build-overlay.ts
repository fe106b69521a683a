import { repositoryRoot } from '../repository.js';
import { tempDir } from '@postel/testing';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './objects.js';

export const overlays = ['dev', 'production'] as const;

/** Choices of components that the documentation names, beside the two overlays. */
export const combinations: Readonly<Record<string, readonly string[]>> = {
  'by an HTTPRoute, CPU and CloudNativePG': [
    'backup',
    'nats-cluster',
    'postgres-cnpg',
    'external-secrets/services',
    'external-secrets/nats-tls',
    'gateway-api',
    'hpa',
    'monitoring',
    '../../grafana',
    'grafana-database-cnpg',
    'external-secrets/grafana',
    'migration-name',
  ],
  'without operators': ['backup', 'nats-cluster', 'postgres-external', 'ingress', 'hpa', 'migration-name'],
  'without the console': ['nats-single', 'postgres-external', 'ingress', 'without-console', 'migration-name'],
  'without the console, by an HTTPRoute': [
    'nats-single',
    'postgres-external',
    'gateway-api',
    'without-console',
    'migration-name',
  ],
  'one broker, scaled by KEDA': [
    'backup',
    'nats-single',
    'postgres-cnpg',
    'external-secrets/services',
    'ingress',
    'keda',
    'migration-name',
  ],
};

/** What `kubectl apply -k` would send. Files that each user makes are made from their examples. @throws */
export function buildOverlay(kubectl: string, name: string): readonly KubernetesObject[] {
  return withCopy((deploy) => build(kubectl, join(deploy, 'kubernetes', 'overlays', name)));
}

/** The base with these components, as an overlay of a user's own would have them. @throws */
export function buildCombination(
  kubectl: string,
  components: readonly string[],
): readonly KubernetesObject[] {
  return withCopy((deploy) => {
    const overlay = join(deploy, 'kubernetes', 'overlays', 'combination');
    mkdirSync(overlay);
    const lines = components.map((component) => `  - ../../components/${component}\n`).join('');
    writeFileSync(
      join(overlay, 'kustomization.yaml'),
      `namespace: postel\nresources:\n  - ../../base\ncomponents:\n${lines}`,
    );
    return build(kubectl, overlay);
  });
}

/** kustomize takes no file from outside of a directory that has a kustomization: so all of `deploy` is there. */
function withCopy<T>(use: (deploy: string) => T): T {
  const copy = tempDir('kubernetes');
  try {
    const deploy = join(copy.path, 'deploy');
    cpSync(join(repositoryRoot, 'deploy'), deploy, { recursive: true });
    const dev = join(deploy, 'kubernetes', 'overlays', 'dev');
    for (const file of readdirSync(dev).filter((name) => name.endsWith('.example.env')))
      writeFileSync(join(dev, file.replace('.example', '')), filledIn(readFileSync(join(dev, file), 'utf8')));
    return use(deploy);
  } finally {
    copy.remove();
  }
}

function filledIn(example: string): string {
  return example.replace(/^(POS[A-Z_]+)=$/gm, '$1=for-the-test');
}

function build(kubectl: string, directory: string): readonly KubernetesObject[] {
  const text = execFileSync(kubectl, ['kustomize', directory], {
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 32 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject)
    .flatMap((object) => [object, ...jobOf(object)]);
}

/** The Job that a CronJob will make is to be as hardened, and as well wired, as one that is written down. */
function jobOf({ apiVersion, kind, metadata, spec }: KubernetesObject): readonly KubernetesObject[] {
  if (kind !== 'CronJob') return [];
  const { jobTemplate } = spec as { jobTemplate: { metadata?: object; spec: object } };
  const job = { ...jobTemplate.metadata, name: metadata.name, namespace: metadata.namespace ?? '' };
  return [{ apiVersion, kind: 'Job', metadata: job, spec: jobTemplate.spec }];
}
