import { readFile } from 'node:fs/promises';

/** Every record that is whole. */
export async function readJournal<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8');
  // what stands behind the last line break is being written at this moment
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
