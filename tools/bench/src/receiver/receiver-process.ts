import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { numberDigits, numberMark } from '../bench-event.js';
import { HttpFrames } from '../http-frames.js';
import { monotonicMs } from '../monotonic-clock.js';
import { serveCommands } from '../worker-channel.js';

/** What it is to receive: events numbered from 0, each once at each path `/e0` to `/e9` that it goes to. */
export interface Expectation {
  readonly events: number;
  readonly receiptsPerEvent: number;
}

export interface Receipts {
  readonly received: number;
  /** Different events and paths among them. */
  readonly distinct: number;
  readonly lastAtMs: number;
}

export type ReceiverCommands = {
  listen: () => Promise<{ port: number }>;
  expect: (expectation: Expectation) => Promise<void>;
  /** Resolves when all is there, or with what is when the time is up. */
  awaitAll: (input: { timeoutMs: number }) => Promise<Receipts>;
  /** When each event first came, by its number; 0 for one that did not. */
  arrivalTimes: () => Promise<Float64Array>;
};

const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
const paths = 10;

let wanted = 0;
let seen = new Uint8Array(0);
let arrivedAtMs = new Float64Array(0);
let received = 0;
let distinct = 0;
let lastAtMs = 0;
let onAll: (() => void) | null = null;

/** `POST /e3 HTTP/1.1`: the path's digit stands at the eighth byte. */
function note(bytes: Buffer, start: number, bodyStart: number): void {
  received += 1;
  if (wanted === 0) return;
  const mark = bytes.indexOf(numberMark, bodyStart, 'latin1');
  const at = mark + numberMark.length;
  const number = mark === -1 ? NaN : Number(bytes.toString('latin1', at, at + numberDigits));
  const slot = number * paths + ((bytes[start + 7] as number) - 48);
  if (seen[slot] !== 0) return;
  seen[slot] = 1;
  distinct += 1;
  lastAtMs = monotonicMs();
  if (arrivedAtMs[number] === 0) arrivedAtMs[number] = lastAtMs;
  if (distinct === wanted) onAll?.();
}

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  let answers = 0;
  const frames = new HttpFrames((bytes, start, bodyStart) => {
    note(bytes, start, bodyStart);
    answers += 1;
  });
  socket.on('data', (chunk) => {
    frames.push(chunk);
    for (; answers > 0; answers--) socket.write(answer);
  });
  socket.on('error', () => socket.destroy());
}

const commands: ReceiverCommands = {
  listen: async () => {
    const server = createServer(serve).listen(0, '127.0.0.1', 1_024);
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port };
  },
  expect: ({ events, receiptsPerEvent }) => {
    wanted = events * receiptsPerEvent;
    seen = new Uint8Array(events * paths);
    arrivedAtMs = new Float64Array(events);
    received = distinct = lastAtMs = 0;
    return Promise.resolve();
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
};

serveCommands(commands);
