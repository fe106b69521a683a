import { readSettings, type listenSettings, type SettingsOf, type tracingSettings } from '@postel/config';
import { postelVersion } from '@postel/contracts';
import { ConsoleMissing } from '@postel/http-api';
import { BrokerUnreachable, TopologyDrift } from '@postel/jetstream';
import { StartFault, startOperationsServer, stopOnSignal } from '@postel/process';
import { createLogger, createMeters, startTracing } from '@postel/telemetry';
import { constants, setPriority } from 'node:os';
import { hostService, settingGroupsOf, type RunningService } from './host-service.js';
import type { ServiceDefinition, SettingGroups } from './service-definition.js';
import { whileLoading } from './while-loading.js';

interface ProcessSettings {
  readonly listen: SettingsOf<{ l: ReturnType<typeof listenSettings> }>['l'];
  readonly tracing: SettingsOf<{ t: typeof tracingSettings }>['t'];
}

/**
 * A process that is one service: reads the environment, starts, and stops on SIGTERM or SIGINT.
 * Ends the process with 1 and one line for each fault when it cannot start.
 */
export async function runService<Groups extends SettingGroups>(
  definition: ServiceDefinition<Groups>,
): Promise<void> {
  try {
    const read = readSettings(process.env, settingGroupsOf(definition));
    if (!read.ok) throw new StartFault(read.faults);
    if (definition.yields) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    await whileLoading(() => start(definition, read.settings as ProcessSettings));
  } catch (error) {
    for (const line of faultLines(error)) process.stderr.write(`${definition.name}: ${line}\n`);
    process.exit(1);
  }
}

async function start<Groups extends SettingGroups>(
  definition: ServiceDefinition<Groups>,
  { listen, tracing: traces }: ProcessSettings,
): Promise<void> {
  const logger = createLogger(definition.name, listen.logLevel, { levels: listen.logLevels });
  const meters = createMeters();
  const tracing = await startTracing(traces, {
    serviceName: `postel-${definition.name}`,
    version: postelVersion,
    logger,
    nowMs: () => Date.now(),
  });
  let service: RunningService | null = null;
  const operations = await startOperationsServer({
    host: listen.host,
    port: listen.metricsPort,
    meters,
    health: () => service?.health ?? [{ part: 'start', healthy: () => false }],
  });
  const stop = async () => {
    await service?.stop();
    await operations.stop();
    await tracing?.stop();
  };
  // while it starts, too: nobody ends the first process of a container by a signal that it does not listen to
  const fail = stopOnSignal(async (signal) => {
    logger.info({ signal }, 'stopping');
    await stop();
  });
  const onBeyondRepair = (line: string) => {
    logger.error(line);
    fail(stop);
  };
  service = await hostService(definition, { env: process.env, logger, meters, tracing, onBeyondRepair });
  logger.info({ url: service.url, operations: operations.url }, 'ready');
}

/** What can be said to a person; a bug keeps its stack. */
export function faultLines(error: unknown): readonly string[] {
  if (error instanceof StartFault) return error.lines;
  if (error instanceof BrokerUnreachable || error instanceof TopologyDrift || error instanceof ConsoleMissing)
    return [error.message];
  if (error instanceof Error && error.name === 'StartupError') return [error.message];
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
}
