import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { run } from './run-child.mjs';

export const consoleDir = join(root, 'apps', 'console', 'dist');
const stampFile = join(consoleDir, '.built-from');
/** What the console is made of. */
const sources = [
  'apps/console/src',
  'apps/console/public',
  'apps/console/vite',
  'apps/console/index.html',
  'libs/client/src',
  'package-lock.json',
];

/**
 * Makes the console's files when something of theirs has changed. Types are checked with all others', by `npm test`.
 * @returns {Promise<number>} Vite's exit code; what it said is shown when it failed
 */
export async function buildConsole(node) {
  const stamp = fingerprint();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return 0;
  let output = '';
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const config = join('apps', 'console', 'vite', 'vite.config.ts');
  const exitCode = await run(node, [vite, 'build', join('apps', 'console'), '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
    onSpawn: (child) => {
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    },
  });
  if (exitCode === 0) writeFileSync(stampFile, stamp);
  else process.stderr.write(output);
  return exitCode;
}

/** Of names, sizes and times: reading them takes a few milliseconds. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesIn(join(root, source))).sort()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.name === 'node_modules' ? [] : filesIn(join(path, entry.name)),
  );
}
