/** What differs from one time to the next: only its kind is compared, and what an id begins with. */
const differs = new Set(['id', 'created', 'requestId', 'previousExpiresAt']);

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** JSON as pages show it: `…` in the place of further members, and at the end of a text that goes on. */
export function readShown(text: string): Json {
  return JSON.parse(text.replaceAll(/,\s*…(?=\s*[}\]])/g, '')) as Json;
}

/** @returns where the answer is not as shown, a line each; what it has beside that is not looked at */
export function differences(shown: Json, answer: unknown, path = ''): string[] {
  if (Array.isArray(shown)) {
    if (!Array.isArray(answer)) return [`${path}: is no array`];
    return (shown as Json[]).flatMap((item, index) => differences(item, answer[index], `${path}[${index}]`));
  }
  if (typeof shown === 'object' && shown !== null) {
    if (typeof answer !== 'object' || answer === null) return [`${path}: is no object`];
    const members = answer as Record<string, unknown>;
    return Object.entries(shown).flatMap(([name, value]) =>
      differences(value, members[name], path === '' ? name : `${path}.${name}`),
    );
  }
  const name = path.split('.').at(-1) ?? '';
  return isAsShown(shown, answer, differs.has(name))
    ? []
    : [`${path}: is ${JSON.stringify(answer)}, the page shows ${JSON.stringify(shown)}`];
}

function isAsShown(shown: Json, answer: unknown, kindAlone: boolean): boolean {
  if (typeof shown !== typeof answer) return false;
  if (typeof shown !== 'string') return kindAlone || shown === answer;
  const given = answer as string;
  if (shown.endsWith('…')) return given.length >= shown.length && given.startsWith(shown.slice(0, -1));
  const prefix = /^[a-z]+_/.exec(shown)?.[0] ?? '';
  return kindAlone ? given.startsWith(prefix) : shown === given;
}
