import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { clientSchema } from './client-schema.js';
import { errorsTable, metricsTable, portsTable, settingsTable, tracingTable } from './reference-tables.js';
import { readRepositoryFile, repositoryRoot } from './repository.js';

/** Pages of docs/reference whose tables are made of the code: page, then name of the part, then its maker. */
const parts: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'docs/reference/settings.md': { settings: settingsTable, ports: portsTable, tracing: tracingTable },
  'docs/reference/errors.md': { errors: errorsTable },
  'docs/reference/metrics.md': { metrics: metricsTable },
};

const clientSchemaPath = 'libs/client/src/schema.ts';

export const referencePages: readonly string[] = [...Object.keys(parts), clientSchemaPath];

/**
 * The page as it should be: the committed text with its generated parts made anew, formatted as everything is.
 * @throws when the page lacks the marks of a part
 */
export async function referencePage(path: string): Promise<string> {
  const config = (await resolveConfig(join(repositoryRoot, path))) ?? {};
  if (path === clientSchemaPath) return format(await clientSchema(), { ...config, parser: 'typescript' });
  let text = readRepositoryFile(path);
  for (const [name, make] of Object.entries(parts[path] ?? {})) text = withPart(text, name, make());
  return format(text, { ...config, parser: 'markdown' });
}

function withPart(text: string, name: string, content: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const end = `<!-- end: ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`the page needs ${begin} and ${end}, in this order`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}
