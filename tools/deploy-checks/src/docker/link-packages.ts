import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

interface LockedPackage {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/**
 * What `npm ci --omit=dev --omit=optional` leaves, by the lockfile, out of packages that are installed already: no
 * registry is asked. Files are hard links where the file system allows: do not write to them.
 */
export function linkProductionPackages(installed: string, into: string): void {
  const { packages } = JSON.parse(readFileSync(join(into, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  for (const [path, locked] of Object.entries(packages)) {
    if (!path.includes('node_modules/') || locked.dev || locked.optional || locked.devOptional) continue;
    const target = join(into, path);
    mkdirSync(dirname(target), { recursive: true });
    if (locked.link) symlinkSync(relative(dirname(target), join(into, locked.resolved ?? '')), target);
    else linkDirectory(join(installed, path), target);
  }
}

/**
 * What `npm ci` leaves, as links to what is installed. Packages of this repository are those of `into`: whoever begins
 * there finds them, and packages of others do not ask for them.
 */
export function linkAllPackages(installed: string, into: string): void {
  const { packages } = JSON.parse(readFileSync(join(into, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  for (const [path, locked] of Object.entries(packages)) {
    // one that is nested comes with the one around it
    if (path.split('node_modules/').length !== 2) continue;
    const target = join(into, path);
    const source = locked.link ? join(into, locked.resolved ?? '') : join(installed, path);
    if (!existsSync(source)) continue;
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(source, target);
  }
}

/** Without packages nested in it: those have entries of their own. */
function linkDirectory(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkDirectory(source, target);
    else linkFile(source, target);
  }
}

function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target); // another file system, or one without hard links
  }
}
