export interface Property {
  /** From the top: `customer.email`, `lines[].sku`. */
  readonly path: string;
  readonly depth: number;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  /** What holds it: `one of "EUR", "USD"`, `at least 0`. */
  readonly conditions: readonly string[];
}

type Schema = Readonly<Record<string, unknown>>;

/** A schema may be deep, or refer to itself; what is beyond is in the raw one. */
const maxProperties = 200;
const maxDepth = 8;

/** The properties of a JSON Schema in the order in which they are written, to be read as a table. */
export function propertiesOf(schema: Schema): readonly Property[] {
  const found: Property[] = [];
  collect(schema, '', 0, found, schema);
  return found;
}

function collect(given: Schema, prefix: string, depth: number, found: Property[], root: Schema): void {
  const schema = resolved(given, root);
  const required = new Set(listOf(schema['required']));
  for (const [name, value] of Object.entries(objectOf(schema['properties']) ?? {})) {
    if (found.length >= maxProperties) return;
    const property = resolved(objectOf(value) ?? {}, root);
    const path = prefix === '' ? name : `${prefix}.${name}`;
    found.push({
      path,
      depth,
      type: typeOf(property, root),
      required: required.has(name),
      description: typeof property['description'] === 'string' ? property['description'] : '',
      conditions: conditionsOf(property),
    });
    if (depth >= maxDepth) continue;
    collect(property, path, depth + 1, found, root);
    const items = objectOf(property['items']);
    if (items) collect(items, `${path}[]`, depth + 1, found, root);
  }
}

/** What `$ref` within the same schema stands for. */
function resolved(schema: Schema, root: Schema): Schema {
  const ref = schema['$ref'];
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return schema;
  let at: unknown = root;
  for (const step of ref.slice(2).split('/'))
    at = objectOf(at)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  return { ...objectOf(at), ...schema };
}

function typeOf(schema: Schema, root: Schema): string {
  const { type, format } = schema;
  const types = Array.isArray(type) ? type.filter((one) => typeof one === 'string') : listOf([type]);
  const words = types.map((word) => (word === 'array' ? arrayOf(schema, root) : word));
  if (words.length > 0) return `${words.join(' or ')}${typeof format === 'string' ? ` (${format})` : ''}`;
  if ('const' in schema || 'enum' in schema) return 'value';
  if (objectOf(schema['properties'])) return 'object';
  for (const word of ['oneOf', 'anyOf', 'allOf'])
    if (word in schema) return word === 'allOf' ? 'all of several' : 'one of several';
  return 'anything';
}

function arrayOf(schema: Schema, root: Schema): string {
  const items = objectOf(schema['items']);
  if (!items) return 'array';
  const inner = objectOf(resolved(items, root));
  return typeof inner?.['type'] === 'string' ? `array of ${inner['type']}` : 'array';
}

const bounds: readonly (readonly [string, string])[] = [
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'more than'],
  ['maximum', 'at most'],
  ['exclusiveMaximum', 'less than'],
  ['multipleOf', 'a multiple of'],
  ['minLength', 'characters: at least'],
  ['maxLength', 'characters: at most'],
  ['minItems', 'items: at least'],
  ['maxItems', 'items: at most'],
  ['pattern', 'like'],
];

function conditionsOf(schema: Schema): readonly string[] {
  const conditions: string[] = [];
  if ('const' in schema) conditions.push(`always ${JSON.stringify(schema['const'])}`);
  if (Array.isArray(schema['enum']))
    conditions.push(`one of ${schema['enum'].map((value) => JSON.stringify(value)).join(', ')}`);
  for (const [word, said] of bounds) {
    const value = schema[word];
    if (typeof value === 'number' || typeof value === 'string') conditions.push(`${said} ${value}`);
  }
  return conditions;
}

function objectOf(value: unknown): Schema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
