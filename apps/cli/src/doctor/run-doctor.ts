import { defaultUrl } from '../connect/connection.js';
import type { Context } from '../context.js';
import { CommandFailure } from '../fail/command-failure.js';
import { checkApi, type ApiTarget } from './check-api.js';
import { checkDatabase } from './check-database.js';
import { checkNats } from './check-nats.js';
import { checkSettings } from './check-settings.js';
import { doctorEnvironment, type DoctorEnvironment } from './doctor-environment.js';
import { fail, guarded, ok, type Finding } from './finding.js';
import { isAtLeast } from './judge-versions.js';

const oldestNode = '22.13.0';
const patienceMs = 30_000;

/** All checks, whatever the others find; each is asked at the same time, and told in this order. */
export async function runDoctor(context: Context, monitorUrl: string | null): Promise<readonly Finding[]> {
  const environment = doctorEnvironment(context.terminal);
  const nowMs = () => context.terminal.nowMs();
  const ofServers = environment.of !== 'nobody';
  const groups = await Promise.all([
    guarded('API', () => checkApi(apiTarget(context, environment), nowMs), patienceMs),
    ...(ofServers
      ? [
          guarded('NATS', () => checkNats({ environment, monitorUrl, nowMs }), patienceMs),
          guarded('database', () => checkDatabase(environment, nowMs), patienceMs),
        ]
      : []),
  ]);
  return [checkNode(process.version), ...checkSettings(environment), ...groups.flat()];
}

function checkNode(version: string): Finding {
  return isAtLeast(version, oldestNode)
    ? ok('Node', version)
    : fail('Node', `${version}, older than ${oldestNode}`, 'install a newer one; the services run on 24');
}

/** The token of the services, where there is one: that is whose installation is looked at. */
function apiTarget(context: Context, { env }: DoctorEnvironment): ApiTarget {
  const { globals } = context;
  const adminToken = env['POSTEL_ADMIN_TOKEN'];
  if (adminToken && !globals.token && !env['POSTEL_TOKEN'] && globals.profile === undefined) {
    const own = `http://127.0.0.1:${env['POSTEL_PORT'] || '8080'}`;
    const url = globals.url || env['POSTEL_URL'] || own;
    return { url: url.replace(/\/+$/, ''), token: adminToken, tokenFrom: 'POSTEL_ADMIN_TOKEN' };
  }
  try {
    const { url, token, foundIn } = context.connection();
    return { url, token, tokenFrom: foundIn };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { url: globals.url || env['POSTEL_URL'] || defaultUrl, token: null, tokenFrom: '' };
  }
}
