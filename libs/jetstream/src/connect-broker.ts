import { setTimeout as delay } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  PermissionViolationError,
  type ConnectionOptions,
  type NatsConnection,
  type ReconnectToServerHandler,
} from '@nats-io/transport-node';
import { certificateExpiresAtMs } from './broker-certificate.js';
import { EndOfTurn } from './end-of-turn.js';
import { ForbiddenSubjects, type Forbidden } from './forbidden-subjects.js';
import { Replies } from './replies.js';
import { UnansweredPublishes } from './unanswered-publishes.js';

export interface BrokerOptions {
  readonly servers: readonly string[];
  /** Shown in the broker's connection list. */
  readonly name: string;
  readonly credsFile?: string | null;
  readonly caFile?: string | null;
  readonly certFile?: string | null;
  readonly keyFile?: string | null;
  /** How long to wait for a first connection. */
  readonly patienceMs?: number;
  /** The broker's permissions lack something, told once for each kind of subject: otherwise it looks like no answer. */
  readonly onForbidden?: (what: Forbidden) => void;
  /** Between two questions whether the broker is there (10 s); after two without an answer the connection is given up. */
  readonly pingIntervalMs?: number;
}

/** A service has 25 s to stop, and most of that is for its attempts. */
const longestDrainMs = 3_000;
const answersWithinMs = 1_000;

/** A connection that reconnects for ever; what needs it while it is away fails, waits or retries as it sees fit. */
export interface Broker {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** Requests and their answers. */
  readonly replies: Replies;
  /** Streams that store nothing, though the broker answers. */
  readonly unanswered: UnansweredPublishes;
  /** What the permissions of its user lack. */
  readonly forbidden: ForbiddenSubjects;
  /** What should go to the broker in one write. */
  readonly endOfTurn: EndOfTurn;
  isConnected(): boolean;
  /** Whether it is connected and answers: one that hangs looks connected for half a minute. Pends while it hangs. */
  isAnswering(): Promise<boolean>;
  /** When this connection, or the last one after a loss, was made. */
  connectedAtMs(): number;
  /** Called after each loss, when the connection is there again. */
  onReconnect(listener: () => void): void;
  /** When the first certificate of its servers expires, `null` without TLS. @throws when one cannot be asked */
  certificateExpiresAtMs(): Promise<number | null>;
  /** For who stops: a broker that does not answer now is waited for no longer. All that was asked of it fails. */
  closeUnlessAnswering(): Promise<void>;
  /**
   * Goes on at another server, where one is known: this one answers, and its JetStream does not. Anew at the same one nothing
   * would be better, and what is under way lost.
   * @returns `false` when it does not answer either, which the connection notices by itself
   */
  leaveServer(): Promise<boolean>;
  close(): Promise<void>;
}

/** The broker could not be reached; the message is one line that can be shown. */
export class BrokerUnreachable extends Error {
  override name = 'BrokerUnreachable';
}

/** @throws {BrokerUnreachable} when no server answers in time, and at once where a file that it needs cannot be read */
export async function connectBroker(options: BrokerOptions): Promise<Broker> {
  refuseUnreadable(options);
  const deadlineMs = Date.now() + (options.patienceMs ?? 30_000);
  let left: string | null = null;
  // once: the others may be gone altogether
  const reconnectToServer: ReconnectToServerHandler = (pool) => {
    const other = left === null ? null : pool.find(({ listen }) => listen !== left);
    left = null;
    return other ?? null;
  };
  const nc = await connectPatiently({ ...connectionOptions(options), reconnectToServer }, deadlineMs);
  // the client has forgotten those that did not answer at first, though they may be the only ones later
  const gossip = nc.getServers().filter(({ gossiped }) => gossiped);
  nc.setServers([...options.servers, ...gossip.map(({ listen }) => listen)]);
  // without the API check of the manager: a broker that is just starting answers it late
  const jsm = await jetstreamManager(nc, { checkAPI: false, timeout: 10_000 });
  const replies = new Replies(nc);
  const unanswered = new UnansweredPublishes();
  const forbidden = new ForbiddenSubjects();
  let connected = true;
  let connectedAtMs = Date.now();
  const reconnectListeners: (() => void)[] = [];
  void (async () => {
    for await (const status of nc.status()) {
      if (status.type === 'staleConnection') cutOff(nc);
      if (status.type === 'error' && status.error instanceof PermissionViolationError) {
        const { operation, subject } = status.error;
        if (forbidden.refused({ operation, subject })) options.onForbidden?.({ operation, subject });
      }
      if (status.type === 'disconnect') {
        connected = false;
        replies.giveUp();
      }
      if (status.type === 'reconnect') {
        connected = true;
        unanswered.clear();
        forbidden.clear();
        connectedAtMs = Date.now();
        for (const listener of reconnectListeners) listener();
      }
    }
  })();
  const isConnected = () => connected && !nc.isClosed();
  const isAnswering = async () => isConnected() && nc.flush().then(() => true);
  return {
    nc,
    jsm,
    replies,
    unanswered,
    forbidden,
    endOfTurn: new EndOfTurn(),
    js: jetstream(nc, { timeout: 10_000 }),
    isConnected,
    isAnswering,
    connectedAtMs: () => connectedAtMs,
    onReconnect: (listener) => void reconnectListeners.push(listener),
    certificateExpiresAtMs: () => certificateExpiresAtMs(options),
    closeUnlessAnswering: async () => {
      if (await within(answersWithinMs, isAnswering())) return;
      cutOff(nc);
      await nc.close();
      replies.giveUp();
    },
    leaveServer: async () => {
      if (!(await within(answersWithinMs, isAnswering()))) return false;
      const server = nc.getServer();
      if (nc.getServers().some(({ listen }) => listen !== server)) {
        left = server;
        await nc.reconnect();
      }
      return true;
    },
    close: () => (nc.isClosed() ? Promise.resolve() : closed(nc)),
  };
}

/** With what was published sent, and what came handled; without, when the broker does not take it. */
async function closed(nc: NatsConnection): Promise<void> {
  const drained = nc
    .drain()
    .catch(() => nc.close())
    .then(() => true);
  if (!(await within(longestDrainMs, drained))) cutOff(nc);
  await nc.close();
}

/** @returns `false` when it takes longer, or fails */
async function within(ms: number, work: Promise<boolean>): Promise<boolean> {
  const ended = new AbortController();
  const late = delay(ms, false, { signal: ended.signal }).catch(() => false);
  try {
    return await Promise.race([work.catch(() => false), late]);
  } finally {
    ended.abort();
  }
}

/**
 * The client closes a connection only when all that it wrote is sent, which does not happen at a broker that hangs or
 * whose machine is gone: it would neither reconnect nor call itself disconnected until TCP gives up, after minutes.
 */
function cutOff(nc: NatsConnection): void {
  const { protocol } = nc as { protocol?: { transport?: { socket?: Pick<Socket, 'destroy'> } } };
  protocol?.transport?.socket?.destroy();
}

/** To wait for the broker would not help, and its address is not what is wrong. */
function refuseUnreadable({ credsFile, caFile, certFile, keyFile }: BrokerOptions): void {
  const files = { NATS_CREDS: credsFile, NATS_CA: caFile, NATS_CERT: certFile, NATS_KEY: keyFile };
  for (const [variable, file] of Object.entries(files)) {
    try {
      if (file) readFileSync(file);
    } catch (error) {
      throw new BrokerUnreachable(`${variable}: cannot be read: ${(error as Error).message}`);
    }
  }
  const lacks = certFile ? !keyFile && 'NATS_KEY' : keyFile && 'NATS_CERT';
  if (lacks)
    throw new BrokerUnreachable(`${lacks}: is required, as the other of NATS_CERT and NATS_KEY is given`);
}

async function connectPatiently(options: ConnectionOptions, deadlineMs: number): Promise<NatsConnection> {
  for (;;) {
    try {
      return await connect(options);
    } catch (error) {
      if (Date.now() >= deadlineMs) {
        const reason = error instanceof Error ? error.message : String(error);
        const servers = [options.servers].flat().join(', ');
        throw new BrokerUnreachable(`No NATS server answers at ${servers} (NATS_URL): ${reason}`);
      }
      await delay(250);
    }
  }
}

function connectionOptions(options: BrokerOptions): ConnectionOptions {
  const tls = {
    ...(options.caFile ? { caFile: options.caFile } : {}),
    ...(options.certFile ? { certFile: options.certFile } : {}),
    ...(options.keyFile ? { keyFile: options.keyFile } : {}),
  };
  return {
    servers: [...options.servers],
    name: options.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: options.pingIntervalMs ?? 10_000,
    maxPingOut: 2,
    timeout: 5_000,
    ...(options.credsFile ? { authenticator: credsAuthenticator(readFileSync(options.credsFile)) } : {}),
    ...(Object.keys(tls).length > 0 ? { tls } : {}),
  };
}
