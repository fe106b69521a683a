import { join } from 'node:path';
import { root } from './paths.mjs';
import { progress } from './progress.mjs';
import { run } from './run-child.mjs';

/**
 * Compiles what has changed.
 * @param {string} [project]  with all that it needs; without one, every project
 * @param {string[]} [beside]  more of them
 * @returns {Promise<number>} tsc's exit code; its errors have been shown
 */
export async function build(node, project, beside = []) {
  let output = '';
  // By its path: node_modules/.bin/tsc is TypeScript 6, which ESLint needs.
  const compiler = join(root, 'node_modules', 'typescript7', 'bin', 'tsc');
  const shown = progress('Building');
  let exitCode = 1;
  try {
    exitCode = await run(node, [compiler, '-b', ...(project === undefined ? [] : [project, ...beside])], {
      stdio: ['ignore', 'pipe', 'pipe'],
      onSpawn: (child) => {
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      },
    });
  } finally {
    if (exitCode === 0) shown.done();
    else shown.fail();
  }
  process.stderr.write(output);
  return exitCode;
}
