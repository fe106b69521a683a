import { isDeepStrictEqual } from 'node:util';
import {
  standardEventTypes,
  type EventTypeFact,
  type EventTypeOrigin,
  type EventTypeSettings,
  type EventTypeState,
  type FieldError,
} from '@postel/contracts';
import { refused, type Decision } from '../decision.js';
import { inCatalogue, type StoredEventType } from './catalogue.js';
import { changedSchemaFaults } from './changed-schema.js';

interface CommandOf<Kind extends string> {
  readonly kind: Kind;
  readonly tenant: string;
  readonly name: string;
  /** Who asked for it. */
  readonly actor: string;
  readonly nowMs: number;
}

export type EventTypeCommand =
  | (CommandOf<'put'> & {
      readonly settings: EventTypeSettings;
      /** Take a schema that refuses what the last one accepted. */
      readonly force: boolean;
    })
  | CommandOf<'discover'>
  | CommandOf<'delete'>;

/**
 * What a command does to a type of a tenant's catalogue. A standard type is there without a fact; so that its deletion
 * lasts, a state stays that says so, until it is put or used again.
 *
 *   (none) ──discover──▶ discovered ──put──▶ declared          standard ──put──▶ standard, with a fact
 *      ╰────────────put──────────────────────▶ ▲               standard ──delete──▶ deleted ──put | discover──▶ …
 */
export function decideEventType(command: EventTypeCommand, stored: StoredEventType): Decision<EventTypeFact> {
  const current = inCatalogue(command.tenant, command.name, stored);
  switch (command.kind) {
    case 'put':
      return put(command, stored, current);
    case 'discover':
      return current ? { ok: true, facts: [] } : discovered(command);
    case 'delete':
      return current ? deleted(command, current) : refused('event_type_not_found');
  }
}

function put(
  command: Extract<EventTypeCommand, { kind: 'put' }>,
  stored: StoredEventType,
  current: EventTypeState | null,
): Decision<EventTypeFact> {
  const { force, name, nowMs, settings, tenant } = command;
  if (current && !force) {
    const faults = changedSchemaFaults(current, settings);
    if (faults.length > 0) return incompatible(faults);
  }
  const state: EventTypeState = {
    name,
    tenant,
    ...settingsOf(settings),
    origin: Object.hasOwn(standardEventTypes, name) ? 'standard' : 'declared',
    createdAtMs: stored && !stored.deleted ? stored.createdAtMs : nowMs,
    updatedAtMs: nowMs,
  };
  if (stored && isDeepStrictEqual({ ...stored, updatedAtMs: nowMs }, state)) return { ok: true, facts: [] };
  return { ok: true, facts: [factOf('event_type.put', command, state)] };
}

function discovered(command: EventTypeCommand): Decision<EventTypeFact> {
  const { name, nowMs, tenant } = command;
  const standard = Object.hasOwn(standardEventTypes, name) ? standardEventTypes[name] : undefined;
  const origin: EventTypeOrigin = standard ? 'standard' : 'discovered';
  const settings = standard ?? {
    description: '',
    deprecated: false,
    schema: null,
    examples: [],
    versions: [],
  };
  const state = { name, tenant, ...settingsOf(settings), origin, createdAtMs: nowMs, updatedAtMs: nowMs };
  return { ok: true, facts: [factOf('event_type.discovered', command, state)] };
}

function deleted(command: EventTypeCommand, current: EventTypeState): Decision<EventTypeFact> {
  const { name, nowMs, tenant } = command;
  if (!Object.hasOwn(standardEventTypes, name)) {
    return { ok: true, facts: [factOf('event_type.deleted', command, null)] };
  }
  const nothing = { description: '', deprecated: false, schema: null, examples: [], versions: [] };
  const { createdAtMs } = current;
  const gone: EventTypeState = {
    ...nothing,
    name,
    tenant,
    origin: 'standard',
    deleted: true,
    createdAtMs,
    updatedAtMs: nowMs,
  };
  return { ok: true, facts: [factOf('event_type.deleted', command, gone)] };
}

function incompatible(errors: readonly FieldError[]): Decision<EventTypeFact> {
  const detail = 'What the last schema accepted must stay acceptable; ?force=true takes it nevertheless.';
  return { ok: false, refusal: { code: 'incompatible_schema', detail, errors } };
}

/** The settings alone: the stored state is exactly what its type says. */
function settingsOf({
  description,
  deprecated,
  schema,
  examples,
  versions,
}: EventTypeSettings): EventTypeSettings {
  return { description, deprecated, schema, examples, versions };
}

function factOf(
  fact: EventTypeFact['fact'],
  { actor, nowMs }: EventTypeCommand,
  state: EventTypeState | null,
): EventTypeFact {
  return { v: 1, fact, actor, atMs: nowMs, state };
}
