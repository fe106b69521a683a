import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { HttpFrames } from '../http-frames.js';

export interface HttpTarget {
  readonly port: number;
  readonly path: string;
  readonly token: string;
}

/** One kept-alive connection, one request at a time: cheap, so that the producer takes little of the machine. */
export class HttpClient {
  private answered: ((status: number) => void) | null = null;
  private broken: ((error: Error) => void) | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly target: HttpTarget,
  ) {
    const frames = new HttpFrames((bytes, start) => {
      this.answered?.(Number(bytes.toString('latin1', start + 9, start + 12)));
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk) => frames.push(chunk));
    const onEnd = (error?: Error) => this.broken?.(error ?? new Error('the connection was closed'));
    socket.on('error', onEnd).on('close', () => onEnd());
  }

  static async connect(target: HttpTarget): Promise<HttpClient> {
    const socket = connect({ port: target.port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return new HttpClient(socket, target);
  }

  /** @param body ASCII. @returns the status */
  post(body: string): Promise<number> {
    const { port, path, token } = this.target;
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.broken = reject;
      const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
      this.socket.write(head + body, 'latin1');
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
