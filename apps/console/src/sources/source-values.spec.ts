import { describe, expect, it } from '@jest/globals';
import { addressOf } from './providers.js';
import { faultsByField, faultsOf, newSource, secretsOf, sourceOf } from './source-values.js';

describe('a source in a form', () => {
  it('of a provider that signs in its own way says nothing of signatures', () => {
    const source = sourceOf({ ...newSource, name: 'pay', secret: ' whsec_abc ' });
    expect(source).toMatchObject({
      name: 'pay',
      provider: 'stripe',
      signature: null,
      secrets: ['whsec_abc'],
    });
  });

  it('without a secret has one made', () => {
    expect(sourceOf({ ...newSource, name: 'code', provider: 'github' })).not.toHaveProperty('secrets');
  });

  it('by HMAC has a time only where there is a header for it', () => {
    const values = { ...newSource, name: 'parcels', provider: 'hmac' } as const;
    const signature = { ...newSource.signature, header: 'X-Signature' };
    expect(sourceOf({ ...values, signature }).signature).toMatchObject({ timestamp: null, idHeader: null });
    const timed = { ...signature, timestampHeader: 'X-Time', signed: '{timestamp}.{body}' };
    expect(sourceOf({ ...values, signature: timed }).signature).toMatchObject({
      timestamp: { header: 'X-Time', unit: 'seconds' },
    });
  });

  it('asks for the secret that only the provider has', () => {
    expect(faultsOf({ ...newSource, name: 'pay' })).toEqual({ secret: 'Stripe makes it: paste it here' });
    expect(faultsOf({ ...newSource, name: 'code', provider: 'github' })).toEqual({});
    expect(faultsOf({ ...newSource, name: 'my code', provider: 'github' })).toHaveProperty('name');
  });

  it('shows what the API refuses where it was entered', () => {
    const told = faultsByField([
      { path: 'secrets.0', message: 'too short' },
      { path: 'signature.timestamp.header', message: 'not a header' },
    ]);
    expect(told).toEqual({ secret: 'too short', 'signature.timestampHeader': 'not a header' });
  });

  it('takes a secret from each line', () => {
    expect(secretsOf('new-secret\n\n  old-secret \n')).toEqual(['new-secret', 'old-secret']);
  });

  it('is sent to where the API is', () => {
    expect(addressOf({ url: '/webhooks/src_1' }, 'https://hooks.example')).toBe(
      'https://hooks.example/webhooks/src_1',
    );
  });
});
