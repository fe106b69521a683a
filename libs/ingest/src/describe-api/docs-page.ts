import { standardEventTypes } from '@postel/contracts';

interface Operation {
  readonly summary: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: JsonSchema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: JsonSchema }>> };
  readonly responses: Readonly<
    Record<string, { description?: string; content?: Readonly<Record<string, { schema?: JsonSchema }>> }>
  >;
}

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** What the page needs of an OpenAPI 3.1 document. */
export interface DescribedApi {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

/**
 * The API and the standard event types as one page: no script, nothing from elsewhere, made once. It is public, so a
 * tenant's own types are not on it: they are behind `GET /v1/event-types`.
 */
export function docsPage(api: DescribedApi): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const schemas = Object.entries(api.components?.schemas ?? {});
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(api.info.title)} ${escaped(api.info.version)}: API and event types</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escaped(api.info.title)} <small>${escaped(api.info.version)}</small></h1>
<p>${escaped(api.info.description ?? '')}</p>
<nav><a href="#event-types">Event types</a> <a href="#routes">Routes</a> <a href="#schemas">Schemas</a> <a href="/openapi.json">OpenAPI document</a></nav>
</header>
<main>
<section id="event-types"><h2>Event types</h2>
<p>The standard ones, with an example of <code>data.object</code>. All types of your tenant, with their schemas and payload versions: <code>GET /v1/event-types</code> with your credential.</p>
${Object.entries(standardEventTypes).map(eventTypeSection).join('\n')}
</section>
<section id="routes"><h2>Routes</h2>
<p>JSON over HTTP; <code>Authorization: Bearer …</code> but where it says public. Errors are <code>application/problem+json</code> with a stable <code>code</code>.</p>
${operations.map(routeSection).join('\n')}
</section>
<section id="schemas"><h2>Schemas</h2>
${schemas.map(([name, schema]) => `<h3 id="schema-${escaped(name)}">${escaped(name)}</h3>\n${membersTable(schema)}`).join('\n')}
</section>
</main>
</body>
</html>
`;
}

function eventTypeSection([name, type]: [string, (typeof standardEventTypes)[string]]): string {
  const example = type.examples
    .map((each) => `<pre>${escaped(JSON.stringify(each, null, 2))}</pre>`)
    .join('');
  return `<details><summary><code>${escaped(name)}</code> ${escaped(type.description)}</summary>${example}</details>`;
}

function routeSection({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}): string {
  const { parameters = [], requestBody, responses, security, summary } = operation;
  const isPublic = security?.length === 0;
  const body = requestBody?.content['application/json']?.schema;
  return `<details><summary><code>${method} ${escaped(path)}</code> ${escaped(summary)}${isPublic ? ' <em>public</em>' : ''}</summary>
${parameters.length === 0 ? '' : `<h4>Parameters</h4><table>${parameters.map(parameterRow).join('')}</table>`}
${body ? `<h4>Body</h4>${typeOf(body)}${body.properties ? membersTable(body) : ''}` : ''}
<h4>Answers</h4><table>${Object.entries(responses).map(answerRow).join('')}</table>
</details>`;
}

function parameterRow({ name, in: place, schema }: NonNullable<Operation['parameters']>[number]): string {
  return row(
    `<code>${escaped(name)}</code>`,
    escaped(place),
    schema ? typeOf(schema) : '',
    remarksOf(schema ?? {}),
  );
}

function answerRow([status, { content, description }]: [string, Operation['responses'][string]]): string {
  const schema = Object.values(content ?? {})[0]?.schema;
  return row(escaped(status), escaped(description ?? ''), schema ? typeOf(schema) : '');
}

function membersTable(schema: JsonSchema): string {
  const members = Object.entries(schema.properties ?? {});
  if (members.length === 0) return `<p>${typeOf(schema)}</p>`;
  const rows = members.map(([name, member]) => {
    const needed = schema.required?.includes(name) ? '' : 'optional';
    return row(`<code>${escaped(name)}</code>`, typeOf(member), needed, remarksOf(member));
  });
  return `<table>${rows.join('')}</table>`;
}

function remarksOf({ default: value, description }: JsonSchema): string {
  const preset = value === undefined ? '' : `default <code>${escaped(JSON.stringify(value))}</code>`;
  return [escaped(description ?? ''), preset].filter(Boolean).join('; ');
}

function typeOf(schema: JsonSchema): string {
  if (schema.$ref) {
    const name = escaped(schema.$ref.split('/').pop() ?? '');
    return `<a href="#schema-${name}">${name}</a>`;
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.map(typeOf).join(' or ');
  const listed = schema.const === undefined ? schema.enum : [schema.const];
  if (listed) return listed.map((value) => `<code>${escaped(JSON.stringify(value))}</code>`).join(', ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  return escaped([[schema.type ?? 'anything'].flat().join(' or '), schema.format].filter(Boolean).join(', '));
}

function row(...cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

const replacements: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => replacements[character] as string);
}

const style = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
h1 small{font-weight:normal;opacity:.7}
nav a{margin-right:1rem}
details{border-top:1px solid #8884;padding:.4rem 0}
summary{cursor:pointer}
code,pre{font:14px/1.4 ui-monospace,monospace}
pre{background:#8881;padding:.6rem;overflow:auto}
table{border-collapse:collapse;width:100%}
td{border-top:1px solid #8883;padding:.2rem .6rem .2rem 0;vertical-align:top}
`;
