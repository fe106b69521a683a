import { readFileSync } from 'node:fs';
import type { SyncInterval } from './judge-nats.js';

/**
 * The broker tells its clients nothing of it: its monitoring port does, or its configuration.
 * @param monitorUrl such as `http://host:8222`
 */
export async function readSyncInterval(options: {
  readonly monitorUrl: string | null;
  readonly configFile: string | null;
}): Promise<SyncInterval> {
  if (options.monitorUrl !== null) return fromMonitor(options.monitorUrl);
  if (options.configFile !== null) return fromConfig(options.configFile);
  return { known: false, why: 'NATS tells it at its monitoring port alone' };
}

async function fromMonitor(monitorUrl: string): Promise<SyncInterval> {
  try {
    const response = await fetch(`${monitorUrl.replace(/\/+$/, '')}/varz`, {
      signal: AbortSignal.timeout(5_000),
    });
    const varz = (await response.json()) as { jetstream?: { config?: Record<string, unknown> } };
    const config = varz.jetstream?.config;
    if (!config) return { known: false, why: `${monitorUrl}/varz does not tell it` };
    const always = config['sync_always'] === true;
    return { known: true, always, shown: intervalOf(config['sync_interval']), from: `${monitorUrl}/varz` };
  } catch (error) {
    return {
      known: false,
      why: `${monitorUrl}/varz: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** Nanoseconds; 2 minutes by default. */
function intervalOf(value: unknown): string {
  return typeof value === 'number' && value > 0 ? `every ${value / 1_000_000_000} s` : 'not always';
}

function fromConfig(file: string): SyncInterval {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { known: false, why: `${file} cannot be read` };
  }
  const value = /^\s*sync_interval\s*[:=]?\s*"?([\w.]+)/m.exec(text)?.[1] ?? 'every 2 minutes';
  return { known: true, always: value === 'always', shown: value, from: file };
}
