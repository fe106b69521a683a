import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { exportQuery, logOfTenantFilter, messageOfFactPosition } from '@postel/contracts';
import { principalOf, validQuery } from '@postel/http-api';
import { positionedFacts, readUpToNow } from '@postel/jetstream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { METRICS_PARTS, type MetricsParts } from '../parts.js';
import { TenantPlaces } from '../tenant-places/tenant-places.js';
import { exportedLines, type ExportSelection } from './exported-lines.js';

/** Of this process; each holds some messages of the log in memory. */
const maxAtOnce = 8;
const maxOfTenant = 2;
/** Between the clocks of who told a fact and of the broker that stored it. */
const clockSkewMs = 5_000;

/**
 * The log of a tenant as lines of JSON, in its order, up to where it ended when it was asked for: read as fast as the
 * client reads. Each line has its position; whoever was cut off goes on behind the last one.
 */
@Controller('v1/export')
export class ExportLogController {
  private readonly places = new TenantPlaces({ maxAtOnce, maxOfTenant }, 'exports');

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
    const leave = this.places.take(tenant);
    try {
      await this.begin(tenant, actor);
    } catch (error) {
      leave();
      throw error;
    }
    const lines = Readable.from(this.lines(tenant, selection), { objectMode: false });
    lines.once('close', leave);
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

  private async *lines(tenant: string, selection: ExportSelection): AsyncGenerator<string> {
    const { broker, database } = this.parts;
    const from =
      selection.after < 0 && selection.sinceMs > 0
        ? { timeMs: selection.sinceMs - clockSkewMs }
        : { seq: messageOfFactPosition(selection.after) };
    for await (const batch of readUpToNow(broker, 'LOG', logOfTenantFilter(tenant), from)) {
      const facts = positionedFacts(batch);
      const erased = await database().erasedEvents.among(facts.map(({ fact }) => fact.eventSeq));
      const lines = exportedLines(facts, selection, erased);
      if (lines !== '') yield lines;
    }
  }
}
