import type { SampledSecrets } from '@postel/jetstream';
import { LocalKeyWrapper, openSecret } from '@postel/signing';
import { fail, ok, warn, type Finding } from './finding.js';

const check = 'encryption key';

/** Whether the master key opens what lies encrypted: with another one no delivery can be signed. */
export async function checkEncryptionKey(
  sample: readonly SampledSecrets[],
  keys: { readonly masterKey: Uint8Array; readonly previousMasterKey: Uint8Array | null },
): Promise<Finding> {
  const wrapper = new LocalKeyWrapper(keys.masterKey, keys.previousMasterKey);
  const all = sample.flatMap(({ tenant, endpointId, state }) =>
    state.secrets.map((secret) => ({ secret, owner: { tenant, endpointId } })),
  );
  if (all.length === 0) return ok(check, 'nothing is encrypted yet');
  const opened = await Promise.all(
    all.map(({ secret, owner }) => openSecret(secret, wrapper, owner).then(Boolean, () => false)),
  );
  const shut = all.filter((_, index) => opened[index] === false);
  if (shut.length > 0) {
    const { tenant, endpointId } = shut[0]?.owner ?? { tenant: '', endpointId: '' };
    return fail(
      check,
      `wrong key: POSTEL_ENCRYPTION_KEY (${wrapper.keyId}) opens ${all.length - shut.length} of ${all.length} secrets looked at; not that of ${tenant}/${endpointId}`,
      'give the key that made them, or that one as POSTEL_ENCRYPTION_KEY_PREVIOUS: nothing can be signed without it',
    );
  }
  const old = all.filter(({ secret }) => secret.keyId !== undefined && secret.keyId !== wrapper.keyId).length;
  if (old > 0)
    return warn(
      check,
      `${old} of ${all.length} secrets looked at are under the key before`,
      'npm run rewrap-secrets',
    );
  return ok(check, `opens all ${all.length} secrets looked at`);
}
