import { containersOf, nameOf, type Container, type KubernetesObject, type Workload } from './objects.js';
import { isWorkload, podLabels, selects, type LabelSelector } from './objects.js';

/** `stopOnSignal` of libs/process gives up after this long. */
const stopSeconds = 25;

type Rule<T> = readonly [says: string, holds: (given: T) => boolean];

const podRules: readonly Rule<Workload>[] = [
  ['runs as a user that is not root', (of) => pod(of).securityContext?.runAsNonRoot === true],
  ['names the user by a number', (of) => (pod(of).securityContext?.runAsUser ?? 0) > 0],
  [
    "has the runtime's seccomp profile",
    (of) => pod(of).securityContext?.seccompProfile?.type === 'RuntimeDefault',
  ],
  ['has no token of a service account', (of) => pod(of).automountServiceAccountToken === false],
  ['gets no variables of Services', (of) => pod(of).enableServiceLinks === false],
  [
    'shares no namespace with its node',
    (of) => ![pod(of).hostNetwork, pod(of).hostPID, pod(of).hostIPC].includes(true),
  ],
  ['mounts nothing of its node', (of) => !(pod(of).volumes ?? []).some(({ hostPath }) => hostPath)],
];

const containerRules: readonly Rule<Container>[] = [
  ['has a read-only root', ({ securityContext }) => securityContext?.readOnlyRootFilesystem === true],
  [
    'cannot gain privileges',
    ({ securityContext: context }) => context?.allowPrivilegeEscalation === false && !context.privileged,
  ],
  [
    'has no capabilities',
    ({ securityContext }) =>
      securityContext?.capabilities?.drop?.includes('ALL') === true &&
      (securityContext.capabilities.add ?? []).length === 0,
  ],
  ['has a pinned image', ({ image }) => isPinned(image)],
  [
    'asks for CPU and memory',
    ({ resources }) => ['cpu', 'memory'].every((name) => resources?.requests?.[name] !== undefined),
  ],
  ['has a limit of memory', ({ resources }) => resources?.limits?.memory !== undefined],
  ['is not throttled', ({ resources }) => resources?.limits?.cpu === undefined],
];

const probeRules: readonly Rule<Container>[] = [
  ['is asked whether it lives', ({ livenessProbe }) => livenessProbe !== undefined],
  ['is asked whether it is ready', ({ readinessProbe }) => readinessProbe !== undefined],
  [
    'has two minutes to start',
    ({ startupProbe: probe }) => (probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0) >= 120,
  ],
];

const serviceRules: readonly Rule<Workload>[] = [
  ['loses no replica while it is updated', ({ spec }) => spec.strategy?.rollingUpdate?.maxUnavailable === 0],
  ['is spread over nodes and zones', (of) => spreadFields.every((field) => isSpreadOver(field, of))],
  [
    'is told of its end after all others know',
    (of) => pod(of).containers.every(({ lifecycle }) => (lifecycle?.preStop?.sleep?.seconds ?? 0) >= 5),
  ],
  [
    'has the time to stop',
    (of) =>
      pod(of).containers.every(
        ({ lifecycle }) =>
          (pod(of).terminationGracePeriodSeconds ?? 30) >
          stopSeconds + (lifecycle?.preStop?.sleep?.seconds ?? 0),
      ),
  ],
  [
    'lives by /healthz, and is ready by /readyz',
    (of) =>
      pod(of).containers.every(
        ({ startupProbe, livenessProbe, readinessProbe }) =>
          startupProbe?.httpGet?.path === '/healthz' &&
          livenessProbe?.httpGet?.path === '/healthz' &&
          readinessProbe?.httpGet?.path === '/readyz',
      ),
  ],
];

const spreadFields = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'];

/** Of its own kind and version alone: a roll would count the old ones, and others would push it away. */
function isSpreadOver(field: string, of: Workload): boolean {
  const constraints = pod(of).topologySpreadConstraints ?? [];
  const [spread, ...more] = constraints.filter(({ topologyKey }) => topologyKey === field);
  return (
    spread !== undefined &&
    more.length === 0 &&
    spread.maxSkew === 1 &&
    ['DoNotSchedule', 'ScheduleAnyway'].includes(spread.whenUnsatisfiable) &&
    selects(spread.labelSelector ?? {}, podLabels(of)) &&
    ['app.kubernetes.io/component', 'pod-template-hash'].every((key) => spread.matchLabelKeys?.includes(key))
  );
}

/** Of those that keep data: two copies on one node are one. */
const storeRules: readonly Rule<Workload>[] = [
  ['has its copies on different nodes', (of) => (of.spec.replicas ?? 1) === 1 || keepsApart(of)],
];

/** What is not as hardened as all pods of ours are, one line each. */
export function hardeningFaults(objects: readonly KubernetesObject[]): readonly string[] {
  return [
    ...objects.filter(isWorkload).flatMap((workload) => workloadFaults(workload, objects)),
    ...namespaceFaults(objects),
  ];
}

function workloadFaults(workload: Workload, objects: readonly KubernetesObject[]): readonly string[] {
  const isServer = workload.kind !== 'Job';
  const faults = [
    ...broken(podRules, workload),
    ...containersOf(workload).flatMap((container) => broken(containerRules, container)),
    ...(isServer ? pod(workload).containers.flatMap((container) => broken(probeRules, container)) : []),
    ...(workload.kind === 'Deployment' ? broken(serviceRules, workload) : []),
    ...(workload.kind === 'StatefulSet' ? broken(storeRules, workload) : []),
    ...(isServer && !hasBudget(workload, objects) ? ['lets drains take one at a time'] : []),
  ];
  return faults.map((says) => `${nameOf(workload)}: not so: ${says}`);
}

function broken<T>(rules: readonly Rule<T>[], given: T): readonly string[] {
  return rules.filter(([, holds]) => !holds(given)).map(([says]) => says);
}

function hasBudget(workload: Workload, objects: readonly KubernetesObject[]): boolean {
  return objects.some(({ kind, spec }) => {
    if (kind !== 'PodDisruptionBudget') return false;
    const budget = spec as { selector: LabelSelector; maxUnavailable?: number };
    // minAvailable would keep a node with a single replica from ever being drained
    return budget.maxUnavailable === 1 && selects(budget.selector, podLabels(workload));
  });
}

function keepsApart(workload: Workload): boolean {
  const { requiredDuringSchedulingIgnoredDuringExecution: required = [] } =
    pod(workload).affinity?.podAntiAffinity ?? {};
  return required.some(
    ({ topologyKey, labelSelector }) =>
      topologyKey === 'kubernetes.io/hostname' && selects(labelSelector ?? {}, podLabels(workload)),
  );
}

function namespaceFaults(objects: readonly KubernetesObject[]): readonly string[] {
  const enforced = objects.some(
    ({ kind, metadata }) =>
      kind === 'Namespace' && metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'restricted',
  );
  const strays = objects.filter(
    ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'postel',
  );
  return [
    ...(enforced ? [] : ['The namespace does not enforce the restricted standard']),
    ...strays.map((object) => `${nameOf(object)}: not in the namespace postel`),
  ];
}

function isPinned(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image) || /:v?\d+\.\d+\.\d+(-[\w.]+)?$|:\d+\.\d+-[\w.-]+$/.test(image);
}

function pod({ spec }: Workload) {
  return spec.template.spec;
}
