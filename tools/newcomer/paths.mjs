import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The same place as the running Postel's default data directory; git ignores it. */
export const stateDir = join(root, '.postel');
export const binDir = join(root, 'node_modules', '.bin');
