import { describe, expect, it } from '@jest/globals';
import { unchangedDefaultTenant, type TenantFact, type TenantState } from '@postel/contracts';
import { decideTenant, type TenantCommand, type TenantLife } from './decide-tenant.js';

const by = { id: 'acme', actor: 'admin', nowMs: 1_000 };
const retention = { payloadDays: null, attemptDays: null, rowDays: 30 };
const settings = { description: 'Acme', strictEventTypes: false, metadata: {}, alerts: null, retention };
const create: TenantCommand = { kind: 'create', settings, ...by };

function facts(command: TenantCommand, life: TenantLife): readonly TenantFact[] {
  const decision = decideTenant(command, life);
  if (!decision.ok) throw new Error(decision.refusal.code);
  return decision.facts;
}

function code(command: TenantCommand, life: TenantLife): string | undefined {
  const decision = decideTenant(command, life);
  return decision.ok ? undefined : decision.refusal.code;
}

const acme = facts(create, null)[0]?.state as TenantState;

describe('decideTenant', () => {
  it('creates a tenant with what was given and nothing else', () => {
    const more = { ...settings, secret: 'x' };
    const [fact] = facts({ ...create, settings: more }, null);
    expect(fact).toEqual({
      v: 1,
      fact: 'tenant.created',
      actor: 'admin',
      atMs: 1_000,
      state: { id: 'acme', ...settings, createdAtMs: 1_000, updatedAtMs: 1_000 },
    });
    expect(code(create, acme)).toBe('tenant_exists');
  });

  it('puts: creates, replaces, and finds its work done', () => {
    const put: TenantCommand = { ...by, kind: 'put', settings: { ...settings, description: '' }, nowMs: 9 };
    expect(facts(put, null)[0]?.fact).toBe('tenant.created');
    const [fact] = facts(put, acme);
    expect(fact).toMatchObject({ fact: 'tenant.updated', state: { description: '', createdAtMs: 1_000 } });
    expect(facts(put, fact?.state as TenantState)).toEqual([]);
  });

  it('changes only what is given', () => {
    const update: TenantCommand = {
      ...by,
      kind: 'update',
      changes: { strictEventTypes: true, description: undefined },
      nowMs: 5,
    };
    expect(facts(update, acme)[0]?.state).toEqual({ ...acme, strictEventTypes: true, updatedAtMs: 5 });
    expect(facts({ ...by, kind: 'update', changes: { metadata: {} } }, acme)).toEqual([]);
    expect(code(update, null)).toBe('tenant_not_found');
  });

  it('deletes with a tombstone that names the job', () => {
    const remove: TenantCommand = { ...by, kind: 'delete', jobId: 'job_1' };
    expect(facts(remove, acme)).toEqual([
      { v: 1, fact: 'tenant.deleted', actor: 'admin', atMs: 1_000, state: null, jobId: 'job_1' },
    ]);
    expect(code(remove, null)).toBe('tenant_not_found');
    expect(code(remove, 'erasing')).toBe('tenant_not_found');
  });

  it('does not give the name away before all is erased', () => {
    expect(code(create, 'erasing')).toBe('tenant_being_erased');
    expect(code({ ...by, kind: 'put', settings }, 'erasing')).toBe('tenant_being_erased');
    expect(code({ ...by, kind: 'update', changes: {} }, 'erasing')).toBe('tenant_not_found');
  });

  it('has the tenant default from the start, and keeps it', () => {
    const ofDefault = { ...by, id: 'default' };
    expect(code({ ...ofDefault, kind: 'create', settings }, null)).toBe('tenant_exists');
    expect(code({ ...ofDefault, kind: 'delete', jobId: 'job_1' }, null)).toBe('tenant_not_deletable');
    const [fact] = facts({ ...ofDefault, kind: 'update', changes: { strictEventTypes: true } }, null);
    expect(fact?.state).toEqual({ ...unchangedDefaultTenant, strictEventTypes: true, updatedAtMs: 1_000 });
  });
});
