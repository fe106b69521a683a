import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../monotonic-clock.js';
import { PhaseFailed } from '../report.js';
import { manage, tryToPublish, type Door } from '../stack/endpoints.js';
import { newTenant, type ChangeProbe, type ChangeStage, type Observed } from './change-stage.js';

const patienceMs = 10_000;

/** What the other process of ingest refuses once it has heard of the change. */
export async function doorChanges(stage: ChangeStage): Promise<ChangeProbe[]> {
  return [
    { what: 'API key revoked', once: (round) => revokeKey(stage, round) },
    { what: 'tenant made strict', once: await makingStrict(stage) },
    { what: 'schema of an event type', once: await changingSchema(stage) },
  ];
}

async function revokeKey(stage: ChangeStage, round: number): Promise<Observed> {
  const tenant = `bench-revoked-${round}`;
  const { door, keyId } = await newTenant(stage, tenant);
  await until(door, () => orderOf('order.created'), 202);
  await manage(stage.here, 'DELETE', `/v1/tenants/${tenant}/api-keys/${keyId}`);
  return until(door, () => orderOf('order.created'), 401);
}

async function makingStrict(stage: ChangeStage): Promise<ChangeProbe['once']> {
  const tenant = 'bench-strict';
  const { door } = await newTenant(stage, tenant);
  let types = 0;
  // a type that was used before is known
  const unknown = () => orderOf(`order.unknown_${(types += 1)}`);
  return async () => {
    await manage(stage.here, 'PATCH', `/v1/tenants/${tenant}`, { strictEventTypes: true });
    const observed = await until(door, unknown, 422);
    await manage(stage.here, 'PATCH', `/v1/tenants/${tenant}`, { strictEventTypes: false });
    await until(door, unknown, 202);
    return observed;
  };
}

async function changingSchema(stage: ChangeStage): Promise<ChangeProbe['once']> {
  const { door } = await newTenant(stage, 'bench-schema');
  const admin: Door = { http: { ...door.http, port: stage.here.http.port } };
  const type = 'order.with_schema';
  return async (round) => {
    const schema = { type: 'object', properties: { round: { const: round } }, required: ['round'] };
    await manage(admin, 'PUT', `/v1/event-types/${type}?force=true`, { schema });
    return until(door, () => ({ type, data: { object: { round } } }), 202);
  };
}

/** Publishes until that is the answer; what counts is when the request was answered so. */
async function until(door: Door, event: () => object, wanted: number): Promise<Observed> {
  const answeredMs = monotonicMs();
  for (let early = 0; monotonicMs() - answeredMs < patienceMs; early++) {
    if ((await tryToPublish(door, event())) === wanted) return { afterMs: monotonicMs() - answeredMs, early };
    await delay(1);
  }
  throw new PhaseFailed(`change: an event was not answered ${wanted} within ${patienceMs} ms`);
}

function orderOf(type: string): object {
  return { type, data: { object: { id: 'ord_1' } } };
}
