import { describe, expect, it } from '@jest/globals';
import {
  createEndpointRequest,
  noCustomHeaders,
  type EndpointFact,
  type EndpointSettings,
  type EndpointState,
} from '@postel/contracts';
import fc from 'fast-check';
import { decideEndpoint, evolveEndpoint, type EndpointCommand } from './decide-endpoint.js';

const {
  secret: _secret,
  retry: _retry,
  headers: _headers,
  ...given
} = createEndpointRequest.parse({ url: 'https://example.com/' });
const settings: EndpointSettings = { ...given, headers: noCustomHeaders };
const by = { actor: 'admin', nowMs: 1_000 };
const create: EndpointCommand = { kind: 'create', id: 'ep_1', tenant: 'default', settings, ...by };

function facts(command: EndpointCommand, state: EndpointState | null): readonly EndpointFact[] {
  const decision = decideEndpoint(command, state);
  if (!decision.ok) throw new Error(decision.refusal.code);
  return decision.facts;
}

function after(state: EndpointState | null, ...commands: EndpointCommand[]): EndpointState | null {
  return commands.reduce((at, command) => facts(command, at).reduce(evolveEndpoint, at), state);
}

function code(command: EndpointCommand, state: EndpointState | null): string | undefined {
  const decision = decideEndpoint(command, state);
  return decision.ok ? undefined : decision.refusal.code;
}

const disable: EndpointCommand = { kind: 'disable', reason: 'gone', ...by };

describe('decideEndpoint', () => {
  it('creates an active endpoint with nothing in it that was not asked for', () => {
    const withSecret: EndpointSettings & { secret: string } = { ...settings, secret: 'whsec_x' };
    const [fact] = facts({ ...create, settings: withSecret }, null);
    expect(fact).toEqual({
      v: 1,
      fact: 'endpoint.created',
      actor: 'admin',
      atMs: 1_000,
      state: {
        ...settings,
        id: 'ep_1',
        tenant: 'default',
        status: 'active',
        createdAtMs: 1_000,
        updatedAtMs: 1_000,
      },
    });
    expect(code(create, after(null, create))).toBe('endpoint_changed');
  });

  it('changes only what is given, and nothing when that is what it has', () => {
    const active = after(null, create);
    const [fact] = facts(
      { kind: 'update', changes: { timeoutMs: 500, url: undefined }, actor: 'x', nowMs: 9 },
      active,
    );
    expect(fact).toMatchObject({ fact: 'endpoint.updated', actor: 'x', atMs: 9 });
    expect(fact?.state).toEqual({ ...active, timeoutMs: 500, updatedAtMs: 9 });
    expect(facts({ kind: 'update', changes: { events: ['*'], metadata: {} }, ...by }, active)).toEqual([]);
    expect(facts({ kind: 'update', changes: {}, ...by }, active)).toEqual([]);
  });

  it('tells when its retries were changed last, whatever else is changed since', () => {
    const retry = { schedule: [1_000] };
    const changed = after(null, create, { kind: 'update', changes: { retry }, actor: 'x', nowMs: 9 });
    expect(changed).toMatchObject({ retry, retryChangedAtMs: 9 });
    const later = { actor: 'x', nowMs: 10 } as const;
    const since = after(
      changed,
      { kind: 'update', changes: { timeoutMs: 900, retry }, ...later },
      { kind: 'pause', ...later },
      { kind: 'enable', ...later },
    );
    expect(since).toMatchObject({ status: 'active', timeoutMs: 900, retryChangedAtMs: 9, updatedAtMs: 10 });
    const back = after(
      null,
      create,
      { kind: 'update', changes: { retry }, ...later },
      { kind: 'update', changes: { retry: null }, actor: 'x', nowMs: 11 },
    );
    expect(back).toMatchObject({ retryChangedAtMs: 11 });
    expect(back).not.toHaveProperty('retry');
  });

  it('tells when it was enabled last, whatever is changed since', () => {
    const enabled = after(null, create, disable, { kind: 'enable', actor: 'x', nowMs: 9 });
    expect(enabled).toMatchObject({ status: 'active', enabledAtMs: 9 });
    const later = { actor: 'x', nowMs: 10 } as const;
    const since = after(
      enabled,
      { kind: 'update', changes: { timeoutMs: 900 }, ...later },
      { kind: 'pause', ...later },
    );
    expect(since).toMatchObject({ status: 'paused', enabledAtMs: 9 });
    expect(after(null, create)).not.toHaveProperty('enabledAtMs');
  });

  it('pauses, enables and disables', () => {
    const active = after(null, create);
    expect(after(active, { kind: 'pause', ...by })).toMatchObject({ status: 'paused' });
    const disabled = after(active, disable);
    expect(disabled).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    const enabled = after(disabled, { kind: 'enable', ...by });
    expect(enabled?.status).toBe('active');
    expect(enabled).not.toHaveProperty('disabledReason');
    expect(after(after(active, { kind: 'pause', ...by }), disable)?.status).toBe('disabled');
  });

  it('makes no fact of what is so already, and keeps the first reason', () => {
    const active = after(null, create);
    expect(facts({ kind: 'enable', ...by }, active)).toEqual([]);
    expect(facts({ kind: 'pause', ...by }, after(active, { kind: 'pause', ...by }))).toEqual([]);
    expect(facts({ kind: 'disable', reason: 'manual', ...by }, after(active, disable))).toEqual([]);
  });

  it('does not pause a disabled one', () => {
    expect(code({ kind: 'pause', ...by }, after(null, create, disable))).toBe('endpoint_not_active');
  });

  it('leaves a tombstone, after which there is no endpoint', () => {
    const [fact] = facts({ kind: 'delete', ...by }, after(null, create));
    expect(fact).toMatchObject({ fact: 'endpoint.deleted', state: null });
    for (const kind of ['pause', 'enable', 'delete'] as const)
      expect(code({ kind, ...by }, null)).toBe('endpoint_not_found');
    expect(code(disable, null)).toBe('endpoint_not_found');
    expect(code({ kind: 'update', changes: {}, ...by }, null)).toBe('endpoint_not_found');
  });

  it('tells what happens to its secrets, and stays as it is', () => {
    const active = after(null, create);
    for (const [kind, name] of [
      ['rotate-secret', 'endpoint.secret_rotated'],
      ['reveal-secret', 'endpoint.secret_revealed'],
    ] as const) {
      expect(facts({ kind, actor: 'key:1', nowMs: 9 }, active)).toEqual([
        { v: 1, fact: name, actor: 'key:1', atMs: 9, state: active },
      ]);
      expect(code({ kind, ...by }, null)).toBe('endpoint_not_found');
    }
  });

  it('drops header values that an earlier version kept in the clear, once', () => {
    const clear = { names: ['x-key'], setAtMs: 0, clear: { 'x-key': 'v' } };
    const stored = after(null, { ...create, settings: { ...settings, headers: clear } });
    expect(after(stored, { kind: 'pause', ...by })?.headers).toEqual(clear);
    const sealed = after(stored, { kind: 'seal-headers', ...by });
    expect(sealed).toEqual({ ...stored, headers: { names: ['x-key'], setAtMs: 0 } });
    expect(facts({ kind: 'seal-headers', ...by }, sealed)).toEqual([]);
  });

  it('finds its work done when a command comes twice', () => {
    const command = fc.constantFrom<EndpointCommand[]>(
      { kind: 'update', changes: { timeoutMs: 700, channels: ['x'] }, ...by },
      { kind: 'update', changes: { retry: { schedule: [1] } }, ...by },
      { kind: 'pause', ...by },
      { kind: 'enable', ...by },
      disable,
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        let state = after(null, create);
        for (const next of commands) {
          const decision = decideEndpoint(next, state);
          if (!decision.ok) continue;
          state = decision.facts.reduce(evolveEndpoint, state);
          expect(facts(next, state)).toEqual([]);
          expect(state?.status === 'disabled').toBe(state !== null && 'disabledReason' in state);
        }
      }),
    );
  });
});
