import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { brokerDir } from '../start-stack/start-brokers.js';
import { StreamReader } from '../read-log/stream-reader.js';
import type { RestartableServer } from '../start-stack/restartable-server.js';
import type { Stack } from '../start-stack/start-stack.js';
import type { SupervisedService } from '../start-stack/supervised-service.js';
import type { Act, Target } from './act.js';

const readyLimitMs = 30_000;

/** Does it, waits, and undoes it; what is left broken when the signal comes goes with the stack. One that is away already is left alone. */
export async function performAct(act: Act, stack: Stack, signal: AbortSignal): Promise<void> {
  const pause = (ms: number) => delay(ms, undefined, { signal });
  switch (act.kind) {
    case 'kill':
      return kill(act.target, act.awayMs, stack, pause);
    case 'freeze': {
      const frozen = serverOf(act.target, stack) ?? serviceOf(act.target, stack);
      frozen.freeze();
      await pause(act.forMs);
      return frozen.thaw();
    }
    case 'stutter':
      return stutter(act, stack, pause);
    case 'cut-off':
      return cutOff(act.target, act.forMs, stack, pause);
    case 'stop': {
      const server = serverOf(act.target, stack);
      if (!server) throw new Error(`only a server is stopped, not ${act.target}`);
      await server.stop();
      await pause(act.awayMs);
      return server.restart();
    }
    case 'cut-power':
      return cutPower(act.awayMs, stack, pause);
    case 'fill-disk':
      return fillDisk(act.forMs, stack, pause);
    case 'kill-leader':
      return kill(await leaderOf(act.stream, stack), act.awayMs, stack, pause);
    case 'lose-disk':
      return loseDisk(act.target, act.awayMs, stack, pause);
    case 'roll':
      for (let round = 0; round < act.times; round++)
        for (const service of stack.services) await roll(service, signal);
      return;
    case 'delete-durables':
      return deleteDurables(act.streams, stack);
  }
}

type Pause = (ms: number) => Promise<void>;

async function kill(target: Target, awayMs: number, stack: Stack, pause: Pause): Promise<void> {
  const server = serverOf(target, stack);
  if (!server) return serviceOf(target, stack).kill(awayMs);
  if (server.away) return;
  await server.kill();
  await pause(awayMs);
  await server.restart();
}

async function stutter(
  { target, forMs, stopMs }: Extract<Act, { kind: 'stutter' }>,
  stack: Stack,
  pause: Pause,
): Promise<void> {
  const process = serverOf(target, stack) ?? serviceOf(target, stack);
  for (const endMs = Date.now() + forMs; Date.now() < endMs;) {
    process.freeze();
    await pause(stopMs);
    process.thaw();
    await pause(stopMs / 2);
  }
}

async function cutOff(target: Target, forMs: number, stack: Stack, pause: Pause): Promise<void> {
  stack.wires.cutOff(target);
  serverOf(target, stack)?.note('cut-off');
  // with a broker those are cut off that are its clients, and they are not known
  const services = stack.services.filter(({ name }) => name === target || serverOf(target, stack));
  for (const service of services) service.note('cut-off');
  await pause(forMs);
  stack.wires.mend(target);
}

async function loseDisk(target: Target, awayMs: number, stack: Stack, pause: Pause): Promise<void> {
  const index = stack.brokers.findIndex(({ name }) => name === target);
  const broker = stack.brokers[index];
  if (!broker) throw new Error(`no broker is called ${target}`);
  await broker.kill();
  rmSync(join(brokerDir(stack.dataDir, index), 'store'), { recursive: true });
  await pause(awayMs);
  await broker.restart();
}

async function roll(service: SupervisedService, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await service.restartInOrder();
  await service.untilReady(readyLimitMs);
}

async function cutPower(awayMs: number, stack: Stack, pause: Pause): Promise<void> {
  const [broker] = stack.brokers;
  if (!stack.disk || !broker) throw new Error('this stack has no disk to cut the power of');
  await broker.holdStill();
  await stack.disk.cutPower();
  await broker.kill('power-cut');
  await pause(awayMs);
  await stack.disk.remount();
  await broker.restart();
}

async function fillDisk(forMs: number, stack: Stack, pause: Pause): Promise<void> {
  const [broker] = stack.brokers;
  if (!stack.disk || !broker) throw new Error('this stack has no disk to fill');
  broker.note('disk-full');
  const endMs = Date.now() + forMs;
  // what the broker gives back while it is full is taken too
  while (Date.now() < endMs) {
    await stack.disk.fill();
    await pause(250);
  }
  stack.disk.free();
  // nats-server (2.15.1) keeps a failed write in mind: a stream that met one takes nothing until a restart
  await broker.restart();
}

async function deleteDurables(streams: readonly string[], { brokers, natsUrls }: Stack): Promise<void> {
  const reader = await StreamReader.connect(natsUrls);
  try {
    for (const broker of brokers) broker.note('durables-deleted');
    for (const stream of streams) await reader.deleteDurables(stream);
  } finally {
    await reader.close();
  }
}

async function leaderOf(stream: string, { natsUrls }: Stack): Promise<Target> {
  const reader = await StreamReader.connect(natsUrls);
  try {
    for (let tries = 1; tries <= 50; tries++) {
      const leader = await reader.leaderOf(stream).catch(() => null);
      if (leader !== null) return leader;
      await delay(200);
    }
    throw new Error(`${stream} has no leader`);
  } finally {
    await reader.close();
  }
}

function serverOf(target: Target, { brokers, postgres }: Stack): RestartableServer | undefined {
  return [...brokers, postgres].find(({ name }) => name === target);
}

function serviceOf(target: Target, { services }: Stack) {
  const service = services.find(({ name }) => name === target);
  if (!service) throw new Error(`no process of the stack is called ${target}`);
  return service;
}
