/**
 * What the npm scripts call: installs what is missing, builds what has changed, and runs what was asked for, on
 * Node 24. Runs itself on any Node 20 and without node_modules, so it is plain JavaScript and imports no package.
 *
 *   node tools/newcomer/run.mjs <start|test|demo|receive|bench|chaos|rewrap-secrets|migrate|backup|restore|projections:rebuild|serve NAME> [arguments…]
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { buildConsole, consoleDir } from './build-console.mjs';
import { Failure } from './failure.mjs';
import { ensureInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { findNode24 } from './node24.mjs';
import { root } from './paths.mjs';
import { runForeground } from './run-child.mjs';
import { runTests } from './run-tests.mjs';

/**
 * With what has to be compiled first: without a project, all, for the program starts others. `before` goes before the
 * arguments. Where it serves the console, that is built too.
 */
const programs = {
  // with the command line, which the newcomer types next
  start: {
    path: 'apps/all-in-one/dist/main.js',
    project: 'apps/all-in-one',
    beside: ['apps/cli'],
    hasConsole: true,
  },
  demo: { path: 'tools/demo/dist/main.js' },
  receive: { path: 'tools/demo/dist/receive.js', project: 'tools/demo' },
  bench: { path: 'tools/bench/dist/main.js' },
  'rewrap-secrets': { path: 'apps/ingest/dist/rewrap-secrets.js', project: 'apps/ingest' },
  migrate: { path: 'apps/metrics/dist/migrate.js', project: 'apps/metrics' },
  backup: { path: 'apps/metrics/dist/backup.js', project: 'apps/metrics', before: ['backup'] },
  restore: { path: 'apps/metrics/dist/backup.js', project: 'apps/metrics', before: ['restore'] },
  'projections:rebuild': { path: 'apps/metrics/dist/rebuild-projections.js', project: 'apps/metrics' },
  chaos: { path: 'tools/chaos/dist/main.js' },
};
const services = ['ingest', 'dispatcher', 'deliverer', 'dead-letter', 'metrics', 'all-in-one'];

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  if (error.message !== '') console.error(error.message);
  process.exitCode = error.exitCode;
}

async function main([command, ...args]) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Failure(`Postel needs Node 20 or newer to begin with; this is ${process.version}.`);
  }
  if (command === 'test') {
    const node = await withLock(ensureInstalledNode);
    return runTests(node, args);
  }
  const [program, programArgs] = programOf(command, args);
  const node = await withLock(async () => {
    const found = await ensureInstalledNode();
    const exitCode = await buildAll(found, program);
    if (exitCode !== 0) throw new Failure('The build failed; its errors are above.', exitCode);
    return found;
  });
  const path = join(root, program.path);
  if (!existsSync(path)) throw new Failure(`${program.path} is not there: the build did not make it.`);
  const env = program.hasConsole && !process.env.POSTEL_CONSOLE_DIR ? { POSTEL_CONSOLE_DIR: consoleDir } : {};
  return runForeground(node, ['--enable-source-maps', path, ...(program.before ?? []), ...programArgs], env);
}

/** Side by side: a first start waits for the longer of the two. */
async function buildAll(node, { project, beside, hasConsole }) {
  const exitCodes = await Promise.all([build(node, project, beside), hasConsole ? buildConsole(node) : 0]);
  return exitCodes.find((exitCode) => exitCode !== 0) ?? 0;
}

async function ensureInstalledNode() {
  await ensureInstalled();
  return findNode24();
}

function programOf(command, args) {
  if (Object.hasOwn(programs, command ?? '')) return [programs[command], args];
  const [name, ...rest] = args;
  if (command === 'serve' && services.includes(name))
    return [{ path: `apps/${name}/dist/main.js`, project: `apps/${name}` }, rest];
  if (command === 'serve') throw new Failure(`serve wants one of: ${services.join(', ')}.`, 2);
  throw new Failure(
    'Usage: node tools/newcomer/run.mjs <start|test|demo|receive|bench|chaos|rewrap-secrets|migrate|backup|restore|projections:rebuild|serve NAME> [arguments…]',
    2,
  );
}
