import type { EndpointSecrets, SourceState } from '@postel/contracts';
import type { ConfigTables } from '@postel/jetstream';
import { openSecret, type KeyWrapper } from '@postel/signing';

/**
 * Opens a source's secrets once and remembers them for as long as the sealed ones are the same: the master key, which
 * may be far away, is not asked for each webhook.
 */
export class SourceSecrets {
  private readonly opened = new WeakMap<EndpointSecrets, Promise<readonly string[]>>();

  constructor(
    private readonly tables: Pick<ConfigTables, 'secretsOf'>,
    private readonly wrapper: KeyWrapper,
  ) {}

  /** All that are good; none of a source that is being deleted. Rejects when the master key is another. */
  of({ id, tenant }: Pick<SourceState, 'id' | 'tenant'>): Promise<readonly string[]> {
    const sealed = this.tables.secretsOf(id)?.state;
    if (!sealed) return Promise.resolve([]);
    let opening = this.opened.get(sealed);
    if (!opening) {
      const owner = { tenant, endpointId: id };
      opening = Promise.all(sealed.secrets.map((secret) => openSecret(secret, this.wrapper, owner)));
      this.opened.set(sealed, opening);
      // what did not open may another time
      opening.catch(() => this.opened.delete(sealed));
    }
    return opening;
  }
}
