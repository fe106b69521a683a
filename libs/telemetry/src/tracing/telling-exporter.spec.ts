import { expect, it } from '@jest/globals';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.js';
import { TellingExporter } from './telling-exporter.js';

it('tells once that a collector is away, when it has been for a while, and again the next time', () => {
  let isThere = false;
  let nowMs = 0;
  const lines: string[] = [];
  const broken: SpanExporter = {
    export: (_spans, done) => done(isThere ? { code: 0 } : { code: 1, error: new Error('refused') }),
    shutdown: () => Promise.resolve(),
  };
  const logger = { warn: (_about: object, line: string) => void lines.push(line) } as unknown as Logger;
  const exporter = new TellingExporter(broken, logger, () => nowMs);
  const codes: number[] = [];
  const exportAt = (atMs: number) => {
    nowMs = atMs;
    exporter.export([], ({ code }) => codes.push(code));
  };
  exportAt(0);
  expect(lines).toEqual([]);
  exportAt(20_000);
  exportAt(40_000);
  expect(lines).toEqual(['traces do not reach their collector, and are dropped']);
  isThere = true;
  exportAt(60_000);
  isThere = false;
  exportAt(80_000);
  exportAt(100_000);
  expect(lines).toHaveLength(2);
  // whoever batches has to know
  expect(codes).toEqual([1, 1, 1, 0, 1, 1]);
});
