import type { HeldMessage } from './held-message.js';

/**
 * An array in which the last one takes the place of one that is settled, and no `Set`: a `Set` that changes with every
 * message leaves its outgrown tables behind in V8's old space, and what these still name survives every minor collection.
 */
export class MessagesInWork {
  private readonly messages: HeldMessage[] = [];

  get size(): number {
    return this.messages.length;
  }

  /** In no order. */
  get all(): readonly HeldMessage[] {
    return this.messages;
  }

  add(message: HeldMessage): void {
    message.place = this.messages.length;
    this.messages.push(message);
  }

  /** One that is in work. */
  remove(message: HeldMessage): void {
    const last = this.messages.pop();
    if (last === undefined || last === message) return;
    last.place = message.place;
    this.messages[last.place] = last;
  }
}
