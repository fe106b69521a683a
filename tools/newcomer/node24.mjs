import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { binDir } from './paths.mjs';

/** The Node that npm brought; the one that runs us where npm has none for the platform and ours is new enough. */
export function findNode24() {
  const brought = join(binDir, 'node');
  if (existsSync(brought)) return brought;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Failure(
    `Postel runs on Node 24, and npm brought none for ${process.platform}-${process.arch}: ` +
      'install Node 24 or newer, put it on the PATH, and run this again.',
  );
}
