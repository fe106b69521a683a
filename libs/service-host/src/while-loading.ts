import { setFlagsFromString } from 'node:v8';

/** As V8 reads them whenever its heap might grow, so that they may change while the process runs. */
const loading = ['--semi-space-growth-factor=1', '--heap-growing-percent=40'];
/**
 * By itself V8 lets the old space grow by a tenth to fourfold of what is in use, as it deems collecting it cheap: under a
 * steady load it did so again every two or three seconds for a while, and each time both cores were busy with that for
 * 80 ms. Three times what is in use is what it comes to under a heavy load (100 % cost a tenth more CPU a delivery).
 */
const serving = ['--semi-space-growth-factor=2', '--heap-growing-percent=200'];

let underWay = 0;

/**
 * Loads what will stay in memory without letting V8's heap grow for what will not. The space for new objects would grow
 * with all that survives it, and the space for old ones to several times of what is in use before it is collected: a
 * dispatcher with 100,000 endpoints would take 100 MB more for nothing (350 MiB instead of 229, measured by `npm run bench -- --only boot`). Begin early:
 * what has grown stays. Calls may overlap; with the end of the last the heap may grow as it should while a service serves.
 */
export async function whileLoading<T>(load: () => Promise<T>): Promise<T> {
  if (underWay++ === 0) loading.forEach(setFlagsFromString);
  try {
    return await load();
  } finally {
    if (--underWay === 0) serving.forEach(setFlagsFromString);
  }
}
