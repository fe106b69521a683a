import { operationalEventTypes, type OperationalEventType } from './operational-event-types.js';

/**
 * The only place that builds or reads NATS subjects. Everything of Postel's own lives below `postel.`; producers publish
 * on the event type itself.
 */

/** Lanes keep a backlog of one kind from standing in front of another (architecture: Isolation). */
export const lanes = ['delivery', 'retry', 'bulk'] as const;
export type Lane = (typeof lanes)[number];

/** `postel.<lane>.<partition>.<endpoint>` in the stream DELIVERIES. */
export function deliverySubject(lane: Lane, partition: number, endpointId: string): string {
  return `postel.${lane}.${partition}.${endpointId}`;
}

/** The lane of the subject of a delivery, or `null` when it is none. */
export function laneOfSubject(subject: string): Lane | null {
  return lanes.find((lane) => subject.startsWith(lanePrefixes[lane])) ?? null;
}

const lanePrefixes: Readonly<Record<Lane, string>> = {
  delivery: 'postel.delivery.',
  retry: 'postel.retry.',
  bulk: 'postel.bulk.',
};

/** The partition in the subject of a delivery: its endpoint's, by the number of partitions when it was published. */
export function partitionOfSubject(subject: string): number {
  return Number(subject.split('.', 3)[2]);
}

/**
 * In the place of an endpoint: a message that is no delivery. The broker makes an owner of whoever gets a message first,
 * so a partition without an owner is sent this one.
 */
export const ownerNudge = '._owner';

/** The subject of the nudge of a partition. */
export function ownerNudgeSubject(partition: number): string {
  return `postel.delivery.${partition}${ownerNudge}`;
}

/** Where deliverers tell each other every second that they are there, and what they own. Not in any stream. */
export const delivererPresenceSubject = 'postel.fleet.deliverer';

/** Every delivery of one lane and partition: the filter of that partition's consumer. */
export function deliveryFilter(lane: Lane, partition: number): string {
  return `postel.${lane}.${partition}.>`;
}

/** `postel.log.<tenant>.<fact>` in the stream LOG; the fact's own name has dots. */
export function logSubject(tenant: string, fact: string): string {
  return `postel.log.${tenant}.${fact}`;
}

/** All facts of one name, whoever they belong to. */
export function logFilter(fact: string): string {
  return `postel.log.*.${fact}`;
}

/** What Postel tells the operator, in the stream EVENTS; producers may not publish there. */
export const opsFilter = 'postel.ops.>';

/** `postel.ops.endpoint_failing` for `postel.endpoint.failing`: `postel.delivery.>` is taken, and one word is easy to filter. */
export function opsSubject(type: OperationalEventType): string {
  return `postel.ops.${type.slice('postel.'.length).replaceAll('.', '_')}`;
}

const typesBySubject: ReadonlyMap<string, string> = new Map(
  (Object.keys(operationalEventTypes) as OperationalEventType[]).map((type) => [opsSubject(type), type]),
);

/** The type of an event in EVENTS: its subject, but for what Postel itself tells. */
export function eventTypeOfSubject(subject: string): string {
  return typesBySubject.get(subject) ?? subject;
}

export const configKinds = [
  'tenant',
  'api-key',
  'api-key-use',
  'portal-token',
  'endpoint',
  'secret',
  'circuit',
  'event-type',
  'source',
  'first-word',
  'audit',
] as const;
export type ConfigKind = (typeof configKinds)[number];

/** `postel.config.<kind>.<tenant>.<id>` in the stream CONFIG. */
export function configSubject(kind: ConfigKind, tenant: string, id: string): string {
  return `postel.config.${kind}.${tenant}.${id}`;
}

export function configFilter(kind: ConfigKind): string {
  return `postel.config.${kind}.>`;
}

/** All that CONFIG holds. */
export const everyConfigFilter = 'postel.config.>';

/** All of one kind that CONFIG holds of one tenant. */
export function configOfTenantAndKindFilter(kind: ConfigKind, tenant: string): string {
  return `postel.config.${kind}.${tenant}.>`;
}

/** All facts of one tenant. */
export function logOfTenantFilter(tenant: string): string {
  return `postel.log.${tenant}.>`;
}

/** All that CONFIG holds of one tenant. */
export function configOfTenantFilter(tenant: string): string {
  return `postel.config.*.${tenant}.>`;
}

/** `postel.idempotency.<tenant>.<hash of who, route and key>` in the stream IDEMPOTENCY. */
export function idempotencySubject(tenant: string, hash: string): string {
  return `postel.idempotency.${tenant}.${hash}`;
}

/** All answers that are kept of one tenant. */
export function idempotencyOfTenantFilter(tenant: string): string {
  return `postel.idempotency.${tenant}.>`;
}

const configRoot = 'postel.config.';
const knownKinds: ReadonlySet<string> = new Set(configKinds);

/** The parts of a CONFIG subject, or `null` when it is not one. */
export function parseConfigSubject(subject: string): { kind: ConfigKind; tenant: string; id: string } | null {
  if (!subject.startsWith(configRoot)) return null;
  const [kind = '', tenant, ...rest] = subject.slice(configRoot.length).split('.');
  if (!knownKinds.has(kind) || !tenant || rest.length === 0) return null;
  return { kind: kind as ConfigKind, tenant, id: rest.join('.') };
}

/**
 * The partition of an endpoint: FNV-1a of its id, so that every process of any version agrees.
 * @returns 0 to `partitions - 1`
 */
export function partitionOf(endpointId: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < endpointId.length; i++) {
    hash = Math.imul(hash ^ endpointId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % partitions;
}
