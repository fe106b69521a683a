import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { OutgoingEvent } from './outgoing-event.js';

const editions = ['api.github.com', 'ghes-31', 'ghes-32', 'ghes-33', 'ghes-34', 'ghes-35'];
const require = createRequire(import.meta.url);

export interface GithubExample {
  readonly type: string;
  readonly objectText: string;
}

/** The payloads of `@octokit/webhooks-examples`, of github.com and GitHub Enterprise, each once: `github.push` and so on. */
export function githubExamples(): GithubExample[] {
  const examples = new Map<string, GithubExample>();
  for (const edition of editions) {
    const file = require.resolve(`@octokit/webhooks-examples/${edition}/index.json`);
    const definitions = JSON.parse(readFileSync(file, 'utf8')) as { name: string; examples: object[] }[];
    for (const { name, examples: payloads } of definitions) {
      for (const payload of payloads) {
        const example = { type: typeOf(name), objectText: JSON.stringify(payload) };
        examples.set(`${example.type} ${example.objectText}`, example);
      }
    }
  }
  return [...examples.values()];
}

/** Words of a type are letters, digits and underscores. */
function typeOf(name: string): string {
  return `github.${name.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
}

export interface GithubEventsOptions {
  readonly run: string;
  /** More than there are: they begin again. Null: each once. */
  readonly count: number | null;
  readonly channelsOf: (index: number, count: number) => readonly string[];
}

/** As bodies of `POST /v1/events`. */
export function githubEvents({ run, count, channelsOf }: GithubEventsOptions): OutgoingEvent[] {
  const examples = githubExamples();
  const wanted = count ?? examples.length;
  return Array.from({ length: wanted }, (_, index) => {
    const { type, objectText } = examples[index % examples.length] as GithubExample;
    const id = `demo_${run}_github_${index + 1}`;
    const channels = channelsOf(index, wanted);
    const envelope = JSON.stringify({ id, type, channels });
    const body = `${envelope.slice(0, -1)},"data":{"object":${objectText}}}`;
    return { id, door: 'http', type, objectText, body, channels };
  });
}
