import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { LastingTrouble } from '../lasting-trouble.js';
import type { Logger } from '../logger.js';

/** `ExportResultCode.SUCCESS`. */
const success = 0;
type Export = Parameters<SpanExporter['export']>;

/** Says when the collector has not been there for a while, and once; the SDK drops what it cannot send. */
export class TellingExporter implements SpanExporter {
  private readonly trouble: LastingTrouble;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly logger: Logger,
    nowMs: () => number,
  ) {
    this.trouble = new LastingTrouble(nowMs);
  }

  export(spans: Export[0], done: Export[1]): void {
    this.exporter.export(spans, (result) => {
      if (Number(result.code) === success) this.trouble.passed();
      else if (this.trouble.again())
        this.logger.warn({ err: result.error }, 'traces do not reach their collector, and are dropped');
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}
