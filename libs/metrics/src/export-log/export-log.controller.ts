import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { exportQuery, logOfTenantFilter, messageOfFactPosition } from '@postel/contracts';
import { principalOf, RefusalError, validQuery } from '@postel/http-api';
import { positionedFacts, readUpToNow } from '@postel/jetstream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { exportedLines, type ExportSelection } from './exported-lines.js';

/** Of this process; each holds some messages of the log in memory. */
const maxAtOnce = 8;
/** A client that takes nothing for so long has gone away. */
const patienceMs = 60_000;
/** Between the clocks of who told a fact and of the broker that stored it. */
const clockSkewMs = 5_000;

/**
 * The log of a tenant as lines of JSON, in its order, up to where it ended when it was asked for: read as fast as the
 * client reads. Each line has its position; whoever was cut off goes on behind the last one.
 */
@Controller('v1/export')
export class ExportLogController {
  private running = 0;

  constructor(@Inject(METRICS_PARTS) private readonly parts: MetricsParts) {}

  @Get()
  async export(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { tenant, actor } = principalOf(request);
    const { after, since, until } = validQuery(exportQuery, query);
    const selection: ExportSelection = {
      after: Number(after ?? -1),
      sinceMs: since ? Date.parse(since) : -Infinity,
      untilMs: until ? Date.parse(until) : Infinity,
    };
    if (this.running >= maxAtOnce)
      throw new RefusalError({ code: 'too_many_requests', detail: 'Others export right now.' }, 5);
    this.running += 1;
    try {
      await this.begin(tenant, actor);
    } catch (error) {
      this.running -= 1;
      throw error;
    }
    const lines = Readable.from(
      this.lines(tenant, selection, () => unread.refresh()),
      { objectMode: false },
    );
    const unread = setTimeout(() => lines.destroy(new Error('The client reads no more.')), patienceMs);
    lines.once('close', () => {
      clearTimeout(unread);
      this.running -= 1;
    });
    void reply.header('content-type', 'application/x-ndjson').send(lines);
  }

  /** Whether it can begin shows here: what comes later has sent a status already. */
  private async begin(tenant: string, actor: string): Promise<void> {
    const { database, nowMs, writer } = this.parts;
    await database().ping();
    await writer.note(tenant, {
      v: 1,
      fact: 'log.exported',
      actor,
      atMs: nowMs(),
      state: null,
      subject: null,
    });
  }

  private async *lines(
    tenant: string,
    selection: ExportSelection,
    onRead: () => void,
  ): AsyncGenerator<string> {
    const { broker, database } = this.parts;
    const from =
      selection.after < 0 && selection.sinceMs > 0
        ? { timeMs: selection.sinceMs - clockSkewMs }
        : { seq: messageOfFactPosition(selection.after) };
    for await (const batch of readUpToNow(broker, 'LOG', logOfTenantFilter(tenant), from)) {
      onRead();
      const facts = positionedFacts(batch);
      const erased = await database().erasedEvents.among(facts.map(({ fact }) => fact.eventSeq));
      const lines = exportedLines(facts, selection, erased);
      if (lines !== '') yield lines;
    }
  }
}
