import { setFlagsFromString } from 'node:v8';

/** As V8 reads them whenever its heap might grow, so that they may change while the process runs. */
const loading = ['--semi-space-growth-factor=1', '--heap-growing-percent=40'];
const defaults = ['--semi-space-growth-factor=2', '--heap-growing-percent=0'];

let underWay = 0;

/**
 * Loads what will stay in memory without letting V8's heap grow for what will not. The space for new objects would grow
 * with all that survives it, and the space for old ones to several times of what is in use before it is collected: a
 * dispatcher with 100,000 endpoints would take 100 MB more for nothing (350 MiB instead of 229, measured by `npm run bench -- --only boot`). Begin early:
 * what has grown stays. Calls may overlap, the last to end restores the defaults.
 */
export async function whileLoading<T>(load: () => Promise<T>): Promise<T> {
  if (underWay++ === 0) loading.forEach(setFlagsFromString);
  try {
    return await load();
  } finally {
    if (--underWay === 0) defaults.forEach(setFlagsFromString);
  }
}
