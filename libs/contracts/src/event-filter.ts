import { z } from 'zod';
import type { oas31 } from 'zod-openapi';
import { filterFaults } from './event-filter-faults.js';

/** A number that a double cannot hold, such as an id beyond 2^53: compared digit by digit. */
export interface ExactNumber {
  readonly number: string;
}

export type FilterValue = string | number | boolean | null | ExactNumber;

/** What one path must be: every operator that is given holds. */
export interface FilterCondition {
  readonly eq?: FilterValue;
  readonly ne?: FilterValue;
  readonly in?: readonly FilterValue[];
  readonly gt?: FilterValue;
  readonly gte?: FilterValue;
  readonly lt?: FilterValue;
  readonly lte?: FilterValue;
  readonly exists?: boolean;
  readonly prefix?: string;
}

/**
 * Conditions on an event, all of which must hold: each member is a path of the stored event with what it must be (a
 * plain value means `eq`), or `all`, `any` (filters) or `not` (a filter).
 */
export interface EventFilter {
  readonly [member: string]: FilterValue | FilterCondition | EventFilter | readonly EventFilter[];
}

const value: oas31.SchemaObject = {
  oneOf: [
    { type: ['string', 'number', 'boolean', 'null'] },
    {
      type: 'object',
      properties: { number: { type: 'string', pattern: '^-?\\d+$' } },
      required: ['number'],
      additionalProperties: false,
      description: 'A number beyond 2^53, exactly',
    },
  ],
};

const condition: oas31.SchemaObject = {
  type: 'object',
  minProperties: 1,
  additionalProperties: false,
  properties: {
    eq: value,
    ne: value,
    in: { type: 'array', items: value, minItems: 1, maxItems: 200 },
    gt: value,
    gte: value,
    lt: value,
    lte: value,
    exists: { type: 'boolean' },
    prefix: { type: 'string', minLength: 1 },
  },
};

const self: oas31.ReferenceObject = { $ref: '#/components/schemas/EventFilter' };

/** Checked by a function of our own: its depth and size are bounded before anything recurses. */
export const endpointFilter = z
  .unknown()
  .superRefine((given, context) => {
    for (const { path, message } of filterFaults(given)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .meta({
    id: 'EventFilter',
    description:
      'Conditions on the event, all of which must hold. Members are paths into the stored event, such as `data.object.amount`, or `all`, `any` and `not`.',
    examples: [{ 'data.object.amount': { gt: 100 } }],
    override: {
      type: 'object',
      properties: {
        all: { type: 'array', items: self, minItems: 1 },
        any: { type: 'array', items: self, minItems: 1 },
        not: self,
      },
      additionalProperties: { oneOf: [{ type: ['string', 'number', 'boolean', 'null'] }, condition] },
    },
  }) as unknown as z.ZodType<EventFilter>;
