/** What is configured, as the last fact of its subject left it. */
export interface ConfigEntry<State> {
  readonly state: State;
  /** Position of its last fact in CONFIG: what the next one expects. */
  readonly revision: number;
}

export interface ConfigChange<State> {
  readonly tenant: string;
  readonly id: string;
  /** `null`: it was deleted. */
  readonly entry: ConfigEntry<State> | null;
  /** `null`: it is new here. */
  readonly previous: State | null;
}

/** All of one kind that CONFIG holds, by tenant and id. */
export class ConfigTable<State> {
  private readonly byTenant = new Map<string, Map<string, ConfigEntry<State>>>();
  private readonly listeners: ((change: ConfigChange<State>) => void)[] = [];

  get(tenant: string, id: string): ConfigEntry<State> | undefined {
    return this.byTenant.get(tenant)?.get(id);
  }

  /** In no order. */
  of(tenant: string): readonly ConfigEntry<State>[] {
    return [...(this.byTenant.get(tenant)?.values() ?? [])];
  }

  /** In no order. */
  *all(): Generator<ConfigEntry<State>> {
    for (const entries of this.byTenant.values()) yield* entries.values();
  }

  /** Called for all that is there at the start too: register before. */
  onChange(listener: (change: ConfigChange<State>) => void): void {
    this.listeners.push(listener);
  }

  /** A fact of CONFIG: only the tables call this. */
  apply(tenant: string, id: string, entry: ConfigEntry<State> | null): void {
    const entries = this.byTenant.get(tenant) ?? new Map<string, ConfigEntry<State>>();
    const previous = entries.get(id)?.state ?? null;
    if (entry) entries.set(id, entry);
    else entries.delete(id);
    if (entries.size > 0) this.byTenant.set(tenant, entries);
    else this.byTenant.delete(tenant);
    for (const listener of this.listeners) listener({ tenant, id, entry, previous });
  }

  /** A tenant is gone, and all it had. */
  dropTenant(tenant: string): void {
    for (const id of [...(this.byTenant.get(tenant)?.keys() ?? [])]) this.apply(tenant, id, null);
  }
}
