import {
  currentApiVersion,
  isBuiltInVersion,
  operationalEventTypes,
  operatorTenant,
  pinnedVersion,
  standardEventTypes,
  type ApiVersion,
  type BuiltInVersion,
  type DeclaredVersion,
  type EventTypeSettings,
  type EventTypeState,
} from '@postel/contracts';

/** What CONFIG holds of one type, if anything. */
export type StoredEventType = EventTypeState | null | undefined;

/** Whether a type is in a tenant's catalogue: put, discovered, or standard and not deleted. */
export function isInCatalogue(name: string, stored: StoredEventType): boolean {
  return stored ? !stored.deleted : Object.hasOwn(standardEventTypes, name);
}

/** The type as the catalogue has it, or `null`. A standard one is there without a fact, with time 0. */
export function inCatalogue(tenant: string, name: string, stored: StoredEventType): EventTypeState | null {
  if (stored) return stored.deleted ? null : stored;
  const known = typesFromTheStart(tenant);
  const standard = Object.hasOwn(known, name) ? known[name] : undefined;
  return standard ? { ...standard, name, tenant, origin: 'standard', createdAtMs: 0, updatedAtMs: 0 } : null;
}

const operatorsTypes = { ...standardEventTypes, ...operationalEventTypes };

function typesFromTheStart(tenant: string): Readonly<Record<string, EventTypeSettings>> {
  return tenant === operatorTenant ? operatorsTypes : standardEventTypes;
}

/** A tenant's whole catalogue, by name. */
export function catalogueOf(tenant: string, stored: Iterable<EventTypeState>): EventTypeState[] {
  const byName = new Map<string, StoredEventType>(
    Object.keys(typesFromTheStart(tenant)).map((name) => [name, null]),
  );
  for (const state of stored) byName.set(state.name, state);
  return [...byName]
    .map(([name, state]) => inCatalogue(tenant, name, state))
    .filter((type) => type !== null)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The payload version in which an event of this type goes to an endpoint: one of ours, or one that the type declares;
 * the default where it declares none of that name.
 * @param wanted what the endpoint pins
 */
export function versionFor(type: StoredEventType, wanted: string): BuiltInVersion | DeclaredVersion {
  if (isBuiltInVersion(wanted)) return wanted;
  return type?.versions.find(({ name }) => name === wanted) ?? currentApiVersion;
}

/** The same as a delivery is pinned to it: a platform's own with the revision of its type. */
export function apiVersionFor(
  type: { readonly state: EventTypeState; readonly revision: number } | undefined,
  wanted: string,
): ApiVersion {
  const version = versionFor(type?.state, wanted);
  return typeof version === 'string' ? version : pinnedVersion(version.name, type?.revision ?? 0);
}
