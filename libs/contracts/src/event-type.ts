import { z } from 'zod';
import { apiVersions } from './api-version.js';

/** The name of a payload version, of ours or of a platform's own (contract: payload versions). */
export const versionName = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,31}$/, {
  message: 'a payload version is 1 to 32 of a-z 0-9 . - and begins with a letter or a digit',
});

const object = z.record(z.string(), z.unknown());

/** A payload version of a platform's own: how an event of the default version becomes one of this version. */
export const declaredVersion = z.strictObject({
  name: versionName.refine((name) => !apiVersions.some((known) => known === name), {
    message: `${apiVersions.join(', ')} are there already, for every type`,
  }),
  description: z.string().max(1024).default(''),
  /** JSONata over the whole event in the default version; what it yields is the body. */
  transform: z.string().min(1).max(8_192),
  /** Of the body that it yields: documentation that is held to the examples. */
  schema: object.nullable().default(null),
});

/** At most: an example is a `data.object`. */
export const maxExamples = 20;
export const maxDeclaredVersions = 20;

export const putEventTypeRequest = z
  .strictObject({
    description: z.string().max(4_096).default(''),
    deprecated: z.boolean().default(false),
    schema: object.nullable().default(null).meta({
      description: 'JSON Schema (draft 2020-12) of `data.object`; enforced at both front doors',
    }),
    examples: z
      .array(object)
      .max(maxExamples)
      .default([])
      .meta({ description: 'Each a `data.object`; each must fit the schema' }),
    versions: z
      .array(declaredVersion)
      .max(maxDeclaredVersions)
      .default([])
      .refine((versions) => new Set(versions.map(({ name }) => name)).size === versions.length, {
        message: 'each version once',
      }),
  })
  .meta({ id: 'PutEventType' });
export type PutEventTypeRequest = z.infer<typeof putEventTypeRequest>;

export type JsonObject = Readonly<Record<string, unknown>>;

export interface DeclaredVersion {
  readonly name: string;
  readonly description: string;
  readonly transform: string;
  readonly schema: JsonObject | null;
}

/** How a type came into a catalogue: it is one of the contract's, someone declared it, or an event of it was published. */
export const eventTypeOrigins = ['standard', 'declared', 'discovered'] as const;
export type EventTypeOrigin = (typeof eventTypeOrigins)[number];

/** What is said of a type. */
export interface EventTypeSettings {
  readonly description: string;
  readonly deprecated: boolean;
  /** JSON Schema of `data.object`; `null`: anything goes. */
  readonly schema: JsonObject | null;
  readonly examples: readonly JsonObject[];
  readonly versions: readonly DeclaredVersion[];
}

/** So many types come into a tenant's catalogue by use alone; more have to be put. */
export const maxDiscoveredTypes = 10_000;

/** A type of a tenant's catalogue as CONFIG keeps it. */
export interface EventTypeState extends EventTypeSettings {
  readonly name: string;
  readonly tenant: string;
  readonly origin: EventTypeOrigin;
  /** A standard type is there without a fact: only a state can say that it is not. */
  readonly deleted?: true;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const laterSettings = {
  deprecated: false,
  schema: null,
  examples: [],
  versions: [],
  origin: 'declared',
} as const;

/** A state as any earlier version stored it: what came later gets its default. */
export function upcastEventType(stored: EventTypeState): EventTypeState {
  return Object.assign({ ...laterSettings }, stored);
}
