import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const inMemory = '/dev/shm';
/** The servers of a test need some 100 MB; so many that several workers and long tests never come near. */
const wantedBytes = 4 * 1024 ** 3;

/**
 * Where the servers of tests keep their files: in memory, where there is plenty, for what they sync there costs nothing.
 * What a killed process had written is there all the same; only a killed machine would lose it.
 */
export function storePlace(memoryBytes = process.availableMemory()): string {
  if (memoryBytes < wantedBytes) return tmpdir();
  try {
    const { bavail, bsize } = statfsSync(inMemory);
    return bavail * bsize < wantedBytes ? tmpdir() : inMemory;
  } catch {
    return tmpdir(); // not Linux
  }
}
