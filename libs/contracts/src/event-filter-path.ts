/** Where a path may begin: what every stored event has. */
export const filterRoots: readonly string[] = ['id', 'type', 'created', 'data', 'relatedObjects'];

/**
 * The keys of a path such as `data.object.amount`. `\.` is a dot within a key and `\\` a backslash.
 * @returns `null` when it is none: an empty key, or a backslash before anything else
 */
export function parseFilterPath(path: string): string[] | null {
  const segments: string[] = [];
  let segment = '';
  for (let at = 0; at < path.length; at++) {
    const character = path.charAt(at);
    if (character === '\\') {
      const escaped = path.charAt(++at);
      if (escaped !== '.' && escaped !== '\\') return null;
      segment += escaped;
    } else if (character === '.') {
      if (segment === '') return null;
      segments.push(segment);
      segment = '';
    } else {
      segment += character;
    }
  }
  return segment === '' ? null : [...segments, segment];
}
