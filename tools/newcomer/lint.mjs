import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { run, runForeground } from './run-child.mjs';

/** About as much work each; a process that has loaded the types of a library lints the next one cheaply. */
const halves = [['libs'], ['apps', 'tools']];

/**
 * Nx lints project by project, and only what has changed since it did. Where it has no cache, as in CI, that is a
 * process for each project, which load the same types again and again; two for all of them need two thirds of the CPU,
 * and some 2 GB of memory each.
 *
 * @returns {Promise<number>} the exit code of the first that failed
 */
export async function lint(node) {
  const nx = (...args) => runForeground(node, [programOf('nx', 'nx'), ...args]);
  if (existsSync(join(root, '.nx', 'cache')) || !(await hasGraph(node))) return nx('run-many', '-t', 'lint');
  const eslint = [programOf('eslint', 'eslint'), '--max-warnings', '0'];
  const exitCodes = await Promise.all(halves.map((paths) => runForeground(node, [...eslint, ...paths])));
  return exitCodes.find((code) => code !== 0) ?? 0;
}

/** The rule of layers reads the graph of the projects, as Nx writes it, and is silent where there is none. */
async function hasGraph(node) {
  const written = await run(node, [programOf('nx', 'nx'), 'show', 'projects'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return written === 0 && existsSync(join(root, '.nx', 'workspace-data', 'project-graph.json'));
}

function programOf(name, command) {
  const directory = join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return join(directory, bin[command]);
}
