import type { LogFact } from '@postel/contracts';
import { withoutPayload } from '@postel/domain';
import type { PositionedFact } from '@postel/jetstream';

export interface ExportSelection {
  /** Only what stands behind this position. */
  readonly after: number;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Facts as lines of JSON; of an event that was erased nothing that may repeat its payload. */
export function exportedLines(
  facts: readonly PositionedFact[],
  { after, sinceMs, untilMs }: ExportSelection,
  erasedSeqs: ReadonlySet<number>,
): string {
  let lines = '';
  for (const { seq, fact } of facts) {
    if (seq <= after || fact.atMs < sinceMs || fact.atMs >= untilMs) continue;
    const shown: LogFact = erasedSeqs.has(fact.eventSeq) ? withoutPayload(fact) : fact;
    lines += `${JSON.stringify({ position: String(seq), ...shown })}\n`;
  }
  return lines;
}
