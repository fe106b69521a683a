import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Sources } from './ask.js';
import type { PanelQuery } from './dashboard.js';
import type { Traffic } from './traffic.js';

export interface RecordOptions {
  /** Where to; read by tools/dashboards/src/draw-pictures.ts. */
  readonly file: string;
  readonly queries: readonly PanelQuery[];
  readonly sources: Sources;
  readonly forMs: number;
  readonly traffic: Pick<Traffic, 'setOutage'>;
}

/** Some minutes of traffic, with an outage in the middle, and what every panel shows of them. */
export async function record({ file, queries, sources, forMs, traffic }: RecordOptions): Promise<void> {
  const fromMs = Date.now();
  await sleep(forMs / 2);
  traffic.setOutage(true);
  await sleep(forMs / 8);
  traffic.setOutage(false);
  await sleep(forMs - (Date.now() - fromMs));
  const shown = { fromMs, toMs: Date.now() };
  const answers = [];
  for (const query of queries) {
    const { uid, panelId, target } = query;
    answers.push({ uid, panelId, refId: target.refId, answer: await ask(query, shown, sources) });
  }
  await writeFile(file, JSON.stringify({ ...shown, answers }));
}
