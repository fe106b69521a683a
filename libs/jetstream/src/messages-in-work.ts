import type { PulledMessage } from './pulled-message.js';

/**
 * An array in which the last one takes the place of one that is settled, and no `Set`: a `Set` that changes with every
 * message leaves its outgrown tables behind in V8's old space, and what these still name survives every minor collection.
 */
export class MessagesInWork {
  private readonly messages: PulledMessage[] = [];

  get size(): number {
    return this.messages.length;
  }

  /** In no order. */
  get all(): readonly PulledMessage[] {
    return this.messages;
  }

  add(message: PulledMessage): void {
    message.place = this.messages.length;
    this.messages.push(message);
  }

  /** One that is in work. */
  remove(message: PulledMessage): void {
    const last = this.messages.pop();
    if (last === undefined || last === message) return;
    last.place = message.place;
    this.messages[last.place] = last;
  }
}
