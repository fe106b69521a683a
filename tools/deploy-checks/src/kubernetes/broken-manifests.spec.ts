import { describe, expect, it } from '@jest/globals';
import { builtManifests, skipped } from './build-for-tests.js';
import { environmentFaults } from './environment.js';
import { hardeningFaults } from './hardening.js';
import type { KubernetesObject } from './objects.js';
import { schemaFaults } from './validate-object.js';
import { wiringFaults } from './wiring.js';

/** The manifests with one thing broken: each check must see what it is there for. */
const withKubectl = skipped === '' ? describe : describe.skip;

type Check = (objects: readonly KubernetesObject[]) => readonly string[];
type Tree = Record<string, unknown>;
type Broken = readonly [object: string, path: string, value: unknown, fault: string];

const pod = 'spec.template.spec';
const first = `${pod}.containers.0`;
const spread = `${pod}.topologySpreadConstraints`;

const softened: readonly Broken[] = [
  ['Deployment ingest', `${pod}.securityContext.runAsNonRoot`, undefined, 'a user that is not root'],
  ['Deployment ingest', `${pod}.securityContext.runAsUser`, undefined, 'the user by a number'],
  ['Deployment ingest', `${pod}.securityContext.runAsUser`, 0, 'the user by a number'],
  ['StatefulSet nats', `${pod}.securityContext.seccompProfile`, undefined, "the runtime's seccomp profile"],
  ['Deployment ingest', `${pod}.automountServiceAccountToken`, undefined, 'no token of a service account'],
  ['Job migrate-0.1.0', `${pod}.enableServiceLinks`, true, 'no variables of Services'],
  ['Deployment ingest', `${pod}.hostNetwork`, true, 'no namespace with its node'],
  ['Deployment ingest', `${pod}.volumes.0.hostPath`, { path: '/' }, 'nothing of its node'],
  ['Job migrate-0.1.0', `${first}.securityContext.readOnlyRootFilesystem`, false, 'a read-only root'],
  ['StatefulSet nats', `${first}.securityContext.allowPrivilegeEscalation`, undefined, 'gain privileges'],
  ['Deployment ingest', `${first}.securityContext.privileged`, true, 'gain privileges'],
  ['Deployment ingest', `${first}.securityContext.capabilities.drop`, ['NET_RAW'], 'no capabilities'],
  ['Deployment ingest', `${first}.securityContext.capabilities.add`, ['SYS_PTRACE'], 'no capabilities'],
  ['StatefulSet nats', `${first}.image`, 'nats:latest', 'a pinned image'],
  ['StatefulSet nats', `${first}.image`, 'nats:alpine', 'a pinned image'],
  ['Deployment ingest', `${first}.image`, 'registry.example.com:5000/postel', 'a pinned image'],
  ['Deployment metrics', `${first}.resources.requests.memory`, undefined, 'asks for CPU and memory'],
  ['Deployment metrics', `${first}.resources.limits`, undefined, 'a limit of memory'],
  ['Deployment metrics', `${first}.resources.limits.cpu`, '1', 'not throttled'],
  ['StatefulSet nats', `${first}.livenessProbe`, undefined, 'whether it lives'],
  ['StatefulSet nats', `${first}.readinessProbe`, undefined, 'whether it is ready'],
  ['Deployment dispatcher', `${first}.startupProbe.failureThreshold`, 3, 'two minutes to start'],
  ['Deployment dispatcher', 'spec.strategy.rollingUpdate.maxUnavailable', 1, 'loses no replica'],
  ['Deployment dispatcher', `${pod}.topologySpreadConstraints`, undefined, 'spread over nodes'],
  ['Deployment dispatcher', `${spread}.1.topologyKey`, 'topology.kubernetes.io/zone', 'spread over nodes'],
  ['Deployment dispatcher', `${spread}.0.whenUnsatisfiable`, 'Never', 'spread over nodes'],
  ['Deployment dispatcher', `${spread}.0.labelSelector.matchLabels`, { a: 'b' }, 'spread over nodes'],
  ['Deployment dispatcher', `${spread}.1.matchLabelKeys`, undefined, 'spread over nodes'],
  ['Deployment ingest', `${first}.lifecycle`, undefined, 'after all others know'],
  ['Deployment ingest', `${pod}.terminationGracePeriodSeconds`, 30, 'the time to stop'],
  ['Deployment ingest', `${first}.livenessProbe.httpGet.path`, '/readyz', 'lives by /healthz'],
  ['StatefulSet nats', `${pod}.affinity`, undefined, 'its copies on different nodes'],
  ['PodDisruptionBudget nats', 'spec.maxUnavailable', undefined, 'drains take one at a time'],
  ['PodDisruptionBudget ingest', 'spec.selector.matchLabels', { a: 'b' }, 'drains take one at a time'],
  ['Namespace postel', 'metadata.labels', {}, 'does not enforce the restricted standard'],
  ['Deployment ingest', 'metadata.namespace', 'default', 'not in the namespace postel'],
];

const misspelt: readonly Broken[] = [
  ['Deployment ingest', `${first}.readinesProbe`, {}, 'readinesProbe'],
  ['Deployment ingest', `${first}.ports.0.containerPort`, 'http', 'must be integer'],
  ['Deployment ingest', 'spec.selector', undefined, "required property 'selector'"],
  ['StatefulSet nats', 'spec.podManagement', 'Parallel', 'podManagement'],
  ['Service ingest', 'spec.ports.0.target', 1, 'target'],
  ['NetworkPolicy deny-all', 'spec.policyType', [], 'policyType'],
  ['PodDisruptionBudget nats', 'spec.maxUnavailable', true, 'must be'],
  ['Ingress postel', 'spec.rules.0.http.paths.0.pathType', undefined, "required property 'pathType'"],
  ['ScaledObject deliverer', 'spec.triggers.0.metdata', {}, 'metdata'],
  ['ScaledObject deliverer', 'spec.maxReplicaCount', '8', 'must be number'],
  ['ExternalSecret postel-secrets', 'spec.data.0.remoteRef.path', 'x', 'path'],
  ['PodMonitor postel', 'spec.podMetricsEndpoints.0.intervall', '15s', 'intervall'],
  ['Deployment ingest', 'apiVersion', 'apps/v1beta1', 'no schema of apps/v1beta1'],
];

const miswired: readonly Broken[] = [
  ['Service ingest', 'spec.selector', { 'app.kubernetes.io/name': 'postel' }, 'selects 8 workloads'],
  ['Service nats', 'spec.ports.0.targetPort', 'clients', 'no container has the port clients'],
  ['Deployment metrics', 'spec.selector.matchLabels', { a: 'b' }, 'does not select its own pods'],
  ['Deployment metrics', `${first}.ports.1.name`, 'prometheus', 'the port metrics of a probe'],
  ['Deployment metrics', `${first}.envFrom.0.configMapRef.name`, 'settings', 'no ConfigMap settings'],
  ['StatefulSet nats', `${pod}.volumes.0.configMap.name`, 'nats', 'no ConfigMap nats'],
  ['ExternalSecret nats-client-tls', 'spec.target.name', 'nats', 'no Secret nats-client-tls'],
  ['ExternalSecret postel-secrets', 'spec.data', [], 'no POSTEL_ADMIN_TOKEN in the Secret postel-secrets'],
  ['ScaledObject deliverer', 'spec.scaleTargetRef.name', 'deliver', 'no Deployment deliver'],
  ['Deployment deliverer', 'spec.replicas', 2, 'has replicas of its own'],
  ['Ingress postel', 'spec.rules.0.http.paths.0.backend.service.port.name', 'https', 'with the port https'],
  ['Service console', 'metadata.name', 'consol', 'no Service console with the port http'],
  ['PodDisruptionBudget metrics', 'spec.selector', {}, 'does not select one workload'],
  ['Service metrics', 'metadata.name', 'ingest', 'Service ingest: is there twice'],
];

const misset: readonly Broken[] = [
  ['Deployment dispatcher', `${first}.env.0.name`, 'POSTEL_ADMIN_TOKN', 'does not read POSTEL_ADMIN_TOKN'],
  ['Deployment dispatcher', `${first}.env.0.name`, 'DATABASE_URL', 'needs POSTEL_ADMIN_TOKEN'],
  ['Deployment metrics', `${first}.env`, undefined, 'needs DATABASE_URL'],
  ['ConfigMap settings-of-partitions', 'data.POSTEL_PARTITIONS', 'many', 'refuses its POSTEL_PARTITIONS'],
  ['ConfigMap settings-of-console', 'data.NATS_URL', 'nats://nats', 'does not read NATS_URL'],
  ['ConfigMap settings-of-console', 'data.POSTEL_CONSOLE_FRAME_ANCESTORS', '*', 'refuses its POSTEL_CONSOLE'],
  ['ConfigMap settings-of-retention', 'data.POSTEL_CIRCUIT', '{}', 'does not read POSTEL_CIRCUIT'],
];

withKubectl(`a manifest that is broken${skipped}`, () => {
  it.each(softened)('is seen to be soft: %s with %s = %j', seenBy(hardeningFaults));
  it.each(misspelt)('is seen not to be valid: %s with %s = %j', seenBy(eachBySchema));
  it.each(miswired)('is seen not to fit: %s with %s = %j', seenBy(wiringFaults));
  it.each(misset)('is seen to be set wrongly: %s with %s = %j', seenBy(environmentFaults));
});

function eachBySchema(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.flatMap(schemaFaults);
}

function seenBy(check: Check) {
  return (object: string, path: string, value: unknown, fault: string): void => {
    const whole = builtManifests('production');
    expect(check(whole)).toEqual([]);
    const faults = check(whole.map((given) => (isMeant(given, object) ? broken(given, path, value) : given)));
    expect(faults).toContainEqual(expect.stringContaining(fault));
  };
}

/** Names of generated objects end with a hash. */
function isMeant({ kind, metadata }: KubernetesObject, object: string): boolean {
  return `${kind} ${metadata.name}`.replace(/-(?=[a-z0-9]*\d)[a-z0-9]{10}$/, '') === object;
}

function broken(object: KubernetesObject, path: string, value: unknown): KubernetesObject {
  const copy = structuredClone(object);
  const steps = path.split('.');
  const last = steps.pop() as string;
  const parent = steps.reduce((within, step) => (within[step] ??= {}) as Tree, copy as unknown as Tree);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
