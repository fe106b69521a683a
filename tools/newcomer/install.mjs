import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { Failure } from './failure.mjs';
import { binDir, root, stateDir } from './paths.mjs';
import { progress } from './progress.mjs';
import { run } from './run-child.mjs';

/** Runs `npm ci` when node_modules is missing or not what the lockfile says. */
export async function ensureInstalled() {
  if (isInstalled(readLock('package-lock.json'), readLock('node_modules/.package-lock.json'))) return;
  const shown = progress('Installing packages, once, some 700 MB; takes a minute or so');
  try {
    await install();
    shown.done();
  } catch (error) {
    shown.fail();
    throw error;
  }
}

async function install() {
  // Some hundred packages, each looked up and tried again, would take ten minutes to learn that there is no network.
  const unreachable = await npm([
    'ping',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=1000',
    '--fetch-timeout=15000',
  ]).then(({ exitCode, log }) => (exitCode === 0 ? undefined : unreachableBecause(log)));
  const { exitCode, log } = await npm([
    'ci',
    ...npmOptions,
    ...(unreachable === undefined ? [] : ['--offline']),
  ]);
  if (exitCode !== 0) throw new Failure(unreachable ?? explain(log), exitCode);
}

const npmOptions = ['--no-audit', '--no-fund', '--include=dev', '--include=optional'];
const logFile = join(stateDir, 'install.log');

async function npm(args) {
  const file = openSync(logFile, 'w');
  const [command, cli] = npmCommand();
  const exitCode = await run(command, [...cli, ...args], {
    stdio: ['ignore', file, file],
    env: { PATH: pathWithoutOurNode(), npm_config_progress: 'false' },
  });
  closeSync(file);
  return { exitCode, log: readFileSync(logFile, 'utf8') };
}

function readLock(path) {
  const file = join(root, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/**
 * npm writes at the end of each install what it installed. Compared with the lockfile it tells everything: a
 * missing, broken off or outdated install, and one made by hand that is good.
 *
 * @param {Record<string, LockEntry> | undefined} wanted  of package-lock.json
 * @param {Record<string, LockEntry> | undefined} present  of node_modules/.package-lock.json
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockEntry
 */
export function isInstalled(wanted, present) {
  if (wanted === undefined || present === undefined) return false;
  const inModules = (path) => path.startsWith('node_modules/');
  const foreign = Object.keys(present).some((path) => inModules(path) && wanted[path] === undefined);
  if (foreign) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!inModules(path)) return true;
    const found = present[path];
    // Optional packages are mostly those of other platforms.
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.link === entry.link;
  });
}

/** The npm that runs us, on the Node that runs it; otherwise the one on the PATH. */
function npmCommand() {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  const known = cli !== undefined && basename(cli) === 'npm-cli.js' && existsSync(cli);
  return known ? [node ?? process.execPath, [cli]] : ['npm', []];
}

/** `npm start` puts node_modules/.bin first, with a Node in it that `npm ci` is about to remove. */
function pathWithoutOurNode() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((directory) => directory !== binDir)
    .join(delimiter);
}

const noAnswer =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET.*)$/;

/** What npm's log says of a registry that does not answer, as one clear line; undefined when it does not. */
export function unreachableBecause(log) {
  const code = errorCode(log);
  if (!noAnswer.test(code)) return undefined;
  const host = /https?:\/\/[^/\s]+/.exec(errorLines(log).join('\n'))?.[0] ?? "npm's registry";
  return `The packages cannot be fetched: ${host} does not answer (${code}). Check the connection, or npm's proxy and registry settings.`;
}

/** @returns {string} one clear line; where the cause is not known, what npm said too */
function explain(log) {
  const code = errorCode(log);
  const unreachable = unreachableBecause(log);
  if (unreachable !== undefined) return unreachable;
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) {
    return `The packages cannot be installed: this account may not write to ${root} or to npm's cache (${code}).`;
  }
  if (code === 'ENOSPC') return 'The packages cannot be installed: the disk is full (ENOSPC).';
  const said = errorLines(log).slice(0, 6).join('\n') || log.slice(-1000);
  return `npm ci failed${code && ` (${code})`}; its whole output is in ${logFile}.\n${said}`;
}

function errorCode(log) {
  return /npm (?:error|ERR!) code (\S+)/.exec(log)?.[1] ?? '';
}

function errorLines(log) {
  return log.split('\n').filter((line) => /^npm (error|ERR!)/.test(line) && !line.includes('A complete log'));
}
