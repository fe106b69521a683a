import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

export interface StreamedMessage {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Server-sent events as a browser reads them (HTML standard, 9.2.6). */
export class EventStreamReader {
  readonly messages: StreamedMessage[] = [];
  /** As a browser would send it when it comes back; empty before there was one. */
  lastEventId = '';
  comments = 0;
  retryMs: number | null = null;
  private rest = '';
  private readonly over: Promise<void>;

  private constructor(private readonly answer: IncomingMessage) {
    answer.setEncoding('utf8').on('data', (text: string) => this.read(text));
    // an answer that is cut off has ended too
    this.over = new Promise((resolve) => answer.once('close', resolve).on('error', () => undefined));
  }

  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<EventStreamReader> {
    const asked = request(url, { headers, agent: false }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return new EventStreamReader(answer);
  }

  get status(): number {
    return this.answer.statusCode ?? 0;
  }

  get headers(): IncomingMessage['headers'] {
    return this.answer.headers;
  }

  /** What came in answers that are no event stream. */
  get text(): string {
    return this.rest;
  }

  of(event: string): readonly StreamedMessage[] {
    return this.messages.filter((message) => message.event === event);
  }

  ended(): Promise<void> {
    return this.over;
  }

  pause(): void {
    this.answer.pause();
  }

  resume(): void {
    this.answer.resume();
  }

  close(): void {
    this.answer.destroy();
  }

  private read(text: string): void {
    this.rest += text;
    for (let end = this.rest.indexOf('\n\n'); end >= 0; end = this.rest.indexOf('\n\n')) {
      this.dispatch(this.rest.slice(0, end).split('\n'));
      this.rest = this.rest.slice(end + 2);
    }
  }

  private dispatch(lines: readonly string[]): void {
    let event = 'message';
    let data: string | null = null;
    for (const line of lines) {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1).replace(/^ /, '');
      switch (line.slice(0, colon)) {
        case '':
          this.comments += 1;
          break;
        case 'id':
          this.lastEventId = value;
          break;
        case 'event':
          event = value;
          break;
        case 'retry':
          this.retryMs = Number(value);
          break;
        case 'data':
          data = data === null ? value : `${data}\n${value}`;
      }
    }
    if (data !== null) this.messages.push({ id: this.lastEventId, event, data: JSON.parse(data) });
  }
}
