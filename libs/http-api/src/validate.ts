import type { FieldError } from '@postel/contracts';
import type { z } from 'zod';
import { RefusalError } from './refusal-error.js';

/** A body that was understood and is refused: 422, all faults together. */
export function validBody<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new RefusalError({ code: 'invalid_request', errors: fieldErrors(parsed.error) });
}

/** A query that is outside of what the route takes: 400. */
export function validQuery<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RefusalError({ code: 'malformed_request', errors: fieldErrors(parsed.error) });
}

function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: [...issue.path, key].map(String).join('.'),
          code: 'unknown_field',
          message: 'There is no such field',
        }))
      : [{ path: issue.path.map(String).join('.'), code: codeOf(issue), message: reasonOf(issue) }],
  );
}

/** A rule of ours may have one of its own. */
function codeOf(issue: z.core.$ZodIssue): string {
  const given: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  return typeof given === 'string' ? given : issue.code;
}

/** Of a key in a record: zod's own message does not tell what is wrong with it. */
function reasonOf(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}
