import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { numberDigits, numberMark } from '../bench-event.js';
import { HttpFrames } from '../http-frames.js';
import { monotonicMs } from '../monotonic-clock.js';
import { serveCommands } from '@postel/testing';
import { kindOfPath, numberInPath } from './receiver-path.js';

/**
 * What it is to receive at the paths that answer at once: so many events, with the numbers that it gives out for them,
 * each at so many paths. Events with other numbers, and those at paths that delay or hang, are treated as the path says
 * and not counted.
 */
export interface Expectation {
  readonly events: number;
  /** More than one: at the paths `/e0` to below this, each once. */
  readonly receiptsPerEvent: number;
  /** Where some of the events go to other paths: how many do not. */
  readonly deliveries?: number;
}

export interface Receipts {
  readonly received: number;
  /** Different events and paths among them. */
  readonly distinct: number;
  readonly lastAtMs: number;
}

export type ReceiverCommands = {
  listen: () => Promise<{ port: number }>;
  /** @returns the number of the first event; those of another call are others, so that what comes late is not mistaken */
  expect: (expectation: Expectation) => Promise<number>;
  /** Resolves when all is there, or with what is when the time is up. */
  awaitAll: (input: { timeoutMs: number }) => Promise<Receipts>;
  /** When each event first came, in the order of their numbers; 0 for one that did not. */
  arrivalTimes: () => Promise<Float64Array>;
  /** Closes the connections of the requests that hang, tells how many there were, and lets none hang until the next `expect`. */
  hangUp: () => Promise<number>;
};

const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');

let wanted = 0;
let firstNumber = 0;
let receiptsPerEvent = 1;
let seen = new Uint8Array(0);
let arrivedAtMs = new Float64Array(0);
let received = 0;
let distinct = 0;
let lastAtMs = 0;
let onAll: (() => void) | null = null;
let mayHang = true;
const hanging = new Set<Socket>();

/** With one receipt an event, its number alone says at which of the endpoints it came. */
function note(bytes: Buffer, start: number, bodyStart: number): void {
  if (wanted === 0) return;
  const mark = bytes.indexOf(numberMark, bodyStart, 'latin1');
  const at = mark + numberMark.length;
  const digits = bytes.toString('latin1', at, at + numberDigits);
  const number = mark === -1 ? NaN : Number(digits) - firstNumber;
  if (!(number >= 0 && number < arrivedAtMs.length)) return;
  received += 1;
  const path = receiptsPerEvent === 1 ? 0 : numberInPath(bytes, start);
  const slot = number * receiptsPerEvent + path;
  if (seen[slot] !== 0) return;
  seen[slot] = 1;
  distinct += 1;
  lastAtMs = monotonicMs();
  if (arrivedAtMs[number] === 0) arrivedAtMs[number] = lastAtMs;
  if (distinct === wanted) onAll?.();
}

function serve(socket: Socket): void {
  // it listens on all addresses to have many of its own (127.0.0.0/8), and serves those alone
  if (socket.localAddress?.startsWith('127.') !== true) return void socket.destroy();
  socket.setNoDelay(true);
  let answers = 0;
  const frames = new HttpFrames((bytes, start, bodyStart) => {
    switch (kindOfPath(bytes, start)) {
      case 'answers':
        note(bytes, start, bodyStart);
        answers += 1;
        break;
      case 'delays':
        setTimeout(() => socket.write(answer), numberInPath(bytes, start));
        break;
      case 'hangs':
        if (mayHang) hanging.add(socket);
        else socket.destroy();
        break;
    }
  });
  socket.on('data', (chunk) => {
    frames.push(chunk);
    for (; answers > 0; answers--) socket.write(answer);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => hanging.delete(socket));
}

const commands: ReceiverCommands = {
  listen: async () => {
    const server = createServer(serve).listen(0, '0.0.0.0', 1_024);
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port };
  },
  expect: (expectation) => {
    const { events } = expectation;
    firstNumber += arrivedAtMs.length;
    mayHang = true;
    receiptsPerEvent = expectation.receiptsPerEvent;
    wanted = expectation.deliveries ?? events * receiptsPerEvent;
    seen = new Uint8Array(events * receiptsPerEvent);
    arrivedAtMs = new Float64Array(events);
    received = distinct = lastAtMs = 0;
    return Promise.resolve(firstNumber);
  },
  awaitAll: async ({ timeoutMs }) => {
    if (distinct < wanted) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
      await Promise.race([new Promise<void>((resolve) => (onAll = resolve)), late]);
      clearTimeout(timer);
      onAll = null;
    }
    return { received, distinct, lastAtMs };
  },
  arrivalTimes: () => Promise.resolve(arrivedAtMs),
  hangUp: () => {
    const count = hanging.size;
    mayHang = false;
    for (const socket of hanging) socket.destroy();
    return Promise.resolve(count);
  },
};

serveCommands(commands);
