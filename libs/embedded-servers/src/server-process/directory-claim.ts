import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '../startup-error.js';
import { startMarkOf } from './process-identity.js';

/** For whoever is about to remove a void claim. */
const takeoverMs = 50;

/**
 * Marks the directory as used by this process, so that a second Postel on the same data says so instead of
 * taking the first one's server for an orphan. A claim whose process is gone is void. Of several that want it at once,
 * one gets it.
 * @returns what lets go of it
 * @throws StartupError when a living process holds the claim
 */
export async function claimDirectory(directory: string, name: string): Promise<() => Promise<void>> {
  const path = join(directory, 'claimed-by');
  const claim = `${process.pid} ${randomUUID()} ${(await startMarkOf(process.pid)) ?? ''}`;
  for (let attemptNumber = 1; attemptNumber <= 5; attemptNumber += 1) {
    if (await createExclusively(path, claim)) return () => letGo(path, claim);
    await dropIfVoid(path, directory, name);
  }
  throw new StartupError(
    `Another process keeps taking ${directory}, where ${name} has its data; if there is none, remove its files claimed-by*.`,
  );
}

async function letGo(path: string, claim: string): Promise<void> {
  const held = await readFile(path, 'utf8').catch(() => '');
  if (held === claim) await rm(path, { force: true });
}

/** With all of its text: whoever reads a claim that is half written would take it for void. */
async function createExclusively(path: string, text: string): Promise<boolean> {
  const whole = `${path}.${randomUUID()}`;
  await writeFile(whole, text, { mode: 0o644 });
  try {
    return await linked(whole, path);
  } finally {
    await rm(whole, { force: true });
  }
}

/** @returns false when the second name is there, or the first is gone */
async function linked(path: string, name: string): Promise<boolean> {
  try {
    await link(path, name);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function dropIfVoid(path: string, directory: string, name: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  const mark = text.split(' ').slice(2).join(' ');
  if (pid > 0 && (await startMarkOf(pid)) === mark) {
    throw new StartupError(
      `Another Postel (pid ${pid}) already runs ${name} on ${directory}: stop it, or set POSTEL_DATA_DIR to another directory.`,
    );
  }
  // A name for this very claim: who makes it may remove the claim, and nobody else. Made too late, it is of the next one.
  const aside = `${path}.void-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  if (!(await linked(path, aside))) return void (await delay(takeoverMs));
  try {
    if ((await readFile(aside, 'utf8')) === text) await rm(path, { force: true });
  } finally {
    await rm(aside, { force: true });
  }
}
