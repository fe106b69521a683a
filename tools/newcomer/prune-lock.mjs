/**
 * Mends the optional dependencies in package-lock.json that have no entry in it: packages of foreign platforms
 * that the registry did not have when the lock was made. `npm install` leaves such edges, and `npm ci` then fails
 * with "Missing … from lock file". Run it after every upgrade; a second run changes nothing.
 *
 * For a platform that Postel supports the entry is added, without a checksum, for npm to fetch it there: without
 * it `npm test` could not run on a Mac. For every other platform the edge is removed.
 *
 *   node tools/newcomer/prune-lock.mjs [path of the lockfile]
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './paths.mjs';

/**
 * Changes `packages` in place.
 * @param {Record<string, LockEntry>} packages
 * @returns {{ added: string[], pruned: string[], unresolved: string[] }} `unresolved` are our own packages' edges:
 *   those stand in a package.json too, which has to be changed first
 * @typedef {{ version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }} LockEntry
 */
export function mendOptionalEdges(packages) {
  const added = [];
  const pruned = [];
  const unresolved = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isResolvable(packages, path, name)) continue;
      const edge = `${path === '' ? 'package.json' : path} -> ${name}`;
      const platform = supportedPlatform(name);
      if (!path.includes('node_modules/')) unresolved.push(edge);
      else if (platform !== undefined && exactVersion.test(version)) {
        packages[`node_modules/${name}`] = {
          version,
          ...platform,
          ...(entry.dev && { dev: true }),
          optional: true,
        };
        added.push(edge);
      } else {
        delete entry.optionalDependencies[name];
        pruned.push(edge);
      }
    }
    if (entry.optionalDependencies && Object.keys(entry.optionalDependencies).length === 0) {
      delete entry.optionalDependencies;
    }
  }
  return { added, pruned, unresolved };
}

const exactVersion = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** By the name, as all of them have it: `@swc/core-darwin-arm64`, `@nx/nx-linux-x64-gnu`. */
function supportedPlatform(name) {
  const [, os, cpu, libc] = /[-/](linux|darwin)-(x64|arm64)(?:-(gnu|musl))?$/.exec(name) ?? [];
  if (os === undefined || libc === 'musl') return undefined;
  return { cpu: [cpu], ...(libc === 'gnu' && { libc: ['glibc'] }), os: [os] };
}

/** As Node looks for it: beside the package's own modules, then in every node_modules above. */
function isResolvable(packages, from, name) {
  for (let place = from; ; place = parentOf(place)) {
    const candidate = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
    if (packages[candidate] !== undefined) return true;
    if (place === '') return false;
  }
}

function parentOf(place) {
  const cut = place.lastIndexOf('/node_modules/');
  return cut === -1 ? '' : place.slice(0, cut);
}

function main(file) {
  const text = readFileSync(file, 'utf8');
  const lock = JSON.parse(text);
  const { added, pruned, unresolved } = mendOptionalEdges(lock.packages);
  for (const edge of added) console.log(`added ${edge}`);
  for (const edge of pruned) console.log(`removed ${edge}`);
  for (const edge of unresolved)
    console.error(`not in the lockfile: ${edge}; remove it from its package.json or install it`);
  console.log(`${added.length} entries added to ${file}, ${pruned.length} edges removed`);
  // npm sorts the entries by its own rule; it puts these in their places when it next writes the file.
  if (added.length + pruned.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.exitCode = unresolved.length > 0 ? 1 : 0;
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  main(process.argv[2] ?? join(root, 'package-lock.json'));
}
