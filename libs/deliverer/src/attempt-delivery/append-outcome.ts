import { setTimeout as delay } from 'node:timers/promises';
import { factMessageId, factSubject, type LogFact } from '@postel/contracts';
import { PublishError, type BatchingPublisher } from '@postel/jetstream';

const encoder = new TextEncoder();

/**
 * Stores a fact, however long the broker is away: what happened at a receiver cannot be asked again.
 * A repetition is safe, the fact has a message id.
 * @throws when `isStopping` says so (the message is handed out again), or when the fact can never be stored
 */
export async function appendOutcome(
  log: BatchingPublisher,
  fact: LogFact,
  isStopping: () => boolean,
): Promise<void> {
  const message = {
    subject: factSubject(fact),
    payload: encoder.encode(JSON.stringify(fact)),
    messageId: factMessageId(fact),
  };
  for (let tries = 1; ; tries++) {
    try {
      await log.publish(message);
      return;
    } catch (error) {
      const passing =
        error instanceof PublishError && (error.kind === 'full' || error.kind === 'unavailable');
      if (!passing || isStopping()) throw error;
      await delay(Math.min(100 * tries, 1_000));
    }
  }
}
