import { routes } from '@postel/contracts';
import { EventStreamReader, type StreamedMessage } from '@postel/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api-client.js';

export interface LiveOptions {
  readonly token?: string;
  readonly lastEventId?: string;
}

/** A live route as it answers; its messages are held to their schemas by {@link strictlyParsed}. */
export function openLive(
  api: Api,
  path: string,
  { token = api.operatorToken, lastEventId }: LiveOptions = {},
): Promise<EventStreamReader> {
  return EventStreamReader.open(`${api.url}${path}`, {
    authorization: `Bearer ${token}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  });
}

/** @throws for a message that is not what the contract says */
export function strictlyParsed(path: string, { event, data }: StreamedMessage): unknown {
  const route = routes.find((each) => each.path === path.split('?', 1)[0]);
  const schema = route?.messages?.[event];
  if (!schema) throw new Error(`${path} has no messages ${event}`);
  return schema.parse(data);
}

/** As a browser does it: comes back whenever the answer ends, and says what it read last. */
export class LiveFollower {
  connections = 0;
  private readonly before: StreamedMessage[] = [];
  private lastEventId: string | undefined;
  private reader: EventStreamReader | null = null;
  private isOver = false;
  private readonly following: Promise<void>;

  constructor(
    private readonly api: Api,
    private readonly path: string,
  ) {
    this.following = this.follow();
  }

  /** Over all its connections. */
  get messages(): readonly StreamedMessage[] {
    return [...this.before, ...(this.reader?.messages ?? [])];
  }

  close(): Promise<void> {
    this.isOver = true;
    this.reader?.close();
    return this.following;
  }

  private async follow(): Promise<void> {
    while (!this.isOver) {
      const reader = await this.open();
      if (reader?.status === 200) {
        this.connections += 1;
        await reader.ended();
        this.before.push(...reader.messages);
        this.reader = null;
        if (reader.lastEventId !== '') this.lastEventId = reader.lastEventId;
      }
      if (!this.isOver) await sleep(50);
    }
  }

  private async open(): Promise<EventStreamReader | null> {
    const { lastEventId } = this;
    try {
      this.reader = await openLive(this.api, this.path, lastEventId === undefined ? {} : { lastEventId });
      if (this.reader.status !== 200) await this.reader.ended();
      if (this.isOver) this.reader.close();
      return this.reader;
    } catch {
      return null; // nobody listens right now
    }
  }
}
