import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter } from 'node:path';
import { Failure } from './failure.mjs';
import { binDir, root } from './paths.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
/** A Ctrl-C comes from the terminal and, when npm runs us, once more from npm. */
const sameSignalWithinMs = 400;

/** Runs a program with our terminal; resolves to its exit code. */
export function runForeground(command, args, env = {}) {
  return run(command, args, { stdio: 'inherit', env });
}

/**
 * The child has a process group of its own and gets every signal from us, once: so we outlive it, and it need not
 * guess whether a second SIGINT is a second Ctrl-C.
 *
 * @returns {Promise<number>} the exit code; 128 and the signal's number when one ended it
 * @throws Failure without a message when we were told to end meanwhile: no further step may follow
 */
export async function run(command, args, { stdio, env = {}, onSpawn = () => undefined }) {
  const child = spawn(command, args, {
    cwd: root,
    stdio,
    detached: true,
    env: { ...process.env, PATH: `${binDir}${delimiter}${process.env.PATH ?? ''}`, ...env },
  });
  const forwarding = forwardSignals(child);
  onSpawn(child);
  try {
    const exitCode = await new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Failure(`Cannot run ${command}: ${error.message}.`)));
      child.once('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
    });
    if (forwarding.happened()) throw new Failure('', exitCode);
    return exitCode;
  } finally {
    forwarding.end();
  }
}

function forwardSignals(child) {
  const lastMs = new Map();
  const forward = (signal) => {
    if (Date.now() - (lastMs.get(signal) ?? 0) < sameSignalWithinMs) return;
    lastMs.set(signal, Date.now());
    // As a terminal does it, to the whole group; but a SIGTERM is meant for the program, which stops its own.
    send(signal === 'SIGTERM' ? child.pid : -child.pid, signal);
  };
  for (const signal of signals) process.on(signal, forward);
  const watch = watchNpm(() => forward('SIGTERM'));
  return {
    happened: () => lastMs.size > 0,
    end: () => {
      clearInterval(watch);
      for (const signal of signals) process.off(signal, forward);
    },
  };
}

/** `kill` of npm may end npm and its shell and never reach us: then our parent is another. */
function watchNpm(onGone) {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 500);
  return timer;
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already, which is what the signal was for.
  }
}
