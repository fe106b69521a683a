import { databaseSettings, readSettings } from '@postel/config';
import { DatabaseUnreachable, probeDatabase } from '@postel/postgres';
import type { DoctorEnvironment } from './doctor-environment.js';
import { fail, skipped, type Finding } from './finding.js';
import { judgeDatabase } from './judge-database.js';

export async function checkDatabase(
  { env, of }: DoctorEnvironment,
  nowMs: () => number,
): Promise<readonly Finding[]> {
  const read = readSettings(env, { database: databaseSettings });
  if (!read.ok) return [skipped('database', 'DATABASE_URL is not set')];
  try {
    const { url } = read.settings.database;
    return judgeDatabase(await probeDatabase({ url, applicationName: 'postel-doctor' }, nowMs));
  } catch (error) {
    if (!(error instanceof DatabaseUnreachable)) throw error;
    const advice = of === 'npm start' ? 'is `npm start` running?' : 'start it, or set DATABASE_URL';
    return [
      fail('database', error.message, `${advice}; events are accepted and first attempts go out without it`),
    ];
  }
}
