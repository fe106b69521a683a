import type { FastifyReply } from 'fastify';
import { PassThrough, pipeline, type Readable } from 'node:stream';

/**
 * Answers without an end that are passed on. Whoever reads them is told nothing of it when this process stops: their
 * connection ends, and they go on by another one.
 */
export class LiveAnswersPassedOn {
  private readonly running = new Set<PassThrough>();

  send(reply: FastifyReply, upstream: Readable): void {
    const answer = new PassThrough();
    this.running.add(answer);
    // either end takes the other with it
    pipeline(upstream, answer, () => this.running.delete(answer));
    void reply.send(answer);
  }

  endAll(): void {
    for (const answer of this.running) answer.end();
  }
}
