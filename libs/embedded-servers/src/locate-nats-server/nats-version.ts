import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { reasonOf } from '../startup-error.js';

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The first release whose JetStream has all that the streams use (atomic batches, per-message schedules). */
export const oldestNatsServer: Version = { major: 2, minor: 15, patch: 1 };

/** Reads `nats-server: v2.15.1`; undefined when there is no version in it. */
export function parseVersion(text: string): Version | undefined {
  const match = /\bv?(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (!match) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) };
}

export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

export function isAtLeast(version: Version, oldest: Version): boolean {
  if (version.major !== oldest.major) return version.major > oldest.major;
  if (version.minor !== oldest.minor) return version.minor > oldest.minor;
  return version.patch >= oldest.patch;
}

export type BinaryCheck =
  { readonly ok: true; readonly version: string } | { readonly ok: false; readonly reason: string };

/** Runs the binary and holds its version to the oldest that will do. */
export async function checkNatsBinary(path: string): Promise<BinaryCheck> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
    const version = parseVersion(stdout);
    if (!version) return { ok: false, reason: `${path} does not tell its version` };
    if (isAtLeast(version, oldestNatsServer)) return { ok: true, version: formatVersion(version) };
    return {
      ok: false,
      reason: `${path} is ${formatVersion(version)}, older than ${formatVersion(oldestNatsServer)}`,
    };
  } catch (error) {
    const reason = reasonOf(error);
    return {
      ok: false,
      reason: reason === 'ENOENT' ? `${path} does not exist` : `${path} does not run (${reason})`,
    };
  }
}
