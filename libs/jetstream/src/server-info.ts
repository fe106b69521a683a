import { connect, type Socket } from 'node:net';

/** What a NATS server says of itself, in the clear, before anyone has signed in. */
export interface ServerInfo {
  readonly version: string;
  readonly jetStream: boolean;
  readonly tls: boolean;
}

const patienceMs = 5_000;
const defaultPort = 4222;
/** INFO names every server of a cluster, and is longer than any other line of the protocol. */
const longestInfoBytes = 64 * 1024;

/**
 * Works with any version, and where a client is not let in.
 * @param server as in NATS_URL
 * @throws when nothing answers in time, or something that is no NATS server
 */
export async function readServerInfo(server: string): Promise<ServerInfo> {
  const { socket, info, close } = await greet(server);
  close();
  socket.destroy();
  const parsed: unknown = JSON.parse(info.replace(/^INFO /, ''));
  if (typeof parsed !== 'object' || parsed === null || !('version' in parsed))
    throw new Error('no NATS server');
  const { version, jetstream, tls_required, tls_available } = parsed as Readonly<Record<string, unknown>>;
  return {
    version: String(version),
    jetStream: jetstream === true,
    tls: tls_required === true || tls_available === true,
  };
}

export interface Greeting {
  readonly socket: Socket;
  readonly host: string;
  /** The whole line. */
  readonly info: string;
  /** Whoever goes on with the socket has until {@link patienceMs} from the beginning; this ends that. */
  readonly close: () => void;
}

/** A connection of our own, up to the server's first line. @throws */
export async function greet(server: string): Promise<Greeting> {
  const url = new URL(server.includes('://') ? server : `nats://${server}`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect(Number(url.port) || defaultPort, host);
  const late = setTimeout(() => socket.destroy(new Error(`${url.host} does not answer`)), patienceMs);
  try {
    return { socket, host, info: await firstLine(socket), close: () => clearTimeout(late) };
  } catch (error) {
    clearTimeout(late);
    socket.destroy();
    throw error;
  }
}

/** A NATS server says INFO in the clear, and turns to TLS after it. */
function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (data: Buffer) => {
      text += data.toString('latin1');
      if (!text.includes('\r\n') && text.length <= longestInfoBytes) return;
      socket.off('data', onData);
      socket.pause();
      if (text.startsWith('INFO ')) resolve(text);
      else reject(new Error('what answers is no NATS server'));
    };
    socket.on('data', onData);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed before INFO')));
  });
}
