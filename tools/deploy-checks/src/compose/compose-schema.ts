import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * What the schema of the Compose Specification has against the file. The schema is the one that the package `dclint`
 * carries: so it comes, and is renewed, as every dependency.
 */
export function schemaFaults(composeFile: unknown): string[] {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(composeSchema());
  if (validate(composeFile)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '', params }) =>
    `${instancePath || '/'} ${message} ${JSON.stringify(params)}`.trim(),
  );
}

function composeSchema(): object {
  const dclint = dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
  const text = readFileSync(join(dclint, 'schemas', 'compose.schema.json'), 'utf8');
  // its draft is draft 7, which Ajv knows under another spelling of this address
  const { $schema: _, ...schema } = JSON.parse(text) as { $schema?: string };
  return schema;
}
