/**
 * Traces of the machine that something was written on, which mean nothing elsewhere: names of package mirrors and
 * registries, and places of a checkout. The names are put together here, so that this file holds none of them.
 */
export interface Trace {
  readonly line: number;
  readonly found: string;
}

const dot = '[.]';
const hosts = [
  ['deb', 'debian', 'org'],
  ['security', 'debian', 'org'],
  ['ftp', '[a-z]+', 'debian', 'org'],
  ['archive', 'ubuntu', 'com'],
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['npm', 'pkg', 'github', 'com'],
].map((words) => words.join(dot));

const places = ['work', 'home', 'Users', 'root'].map((top) => `(?<![\\w.~-])/${top}/[\\w.-]+`);

const traces = new RegExp([...hosts.map((host) => `\\b${host}\\b`), ...places].join('|'), 'gi');

/** @param alsoFound literal texts to look for too, such as the path of this checkout */
export function privateTraces(text: string, alsoFound: readonly string[] = []): Trace[] {
  return text.split('\n').flatMap((content, index) => {
    const found = [
      ...[...content.matchAll(traces)].map(([match]) => match),
      ...alsoFound.filter((literal) => content.includes(literal)),
    ];
    return found.map((match) => ({ line: index + 1, found: match }));
  });
}
