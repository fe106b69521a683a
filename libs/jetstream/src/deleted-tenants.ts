import type { TenantFact } from '@postel/contracts';

export interface DeletedTenant {
  readonly deletedAtMs: number;
  /** The job that erases what it had; `null` once that is done. */
  readonly jobId: string | null;
  /** Position of the tombstone in CONFIG. */
  readonly revision: number;
}

/** The broker's clock, which events have, and that of the process which deleted the tenant may differ by this much. */
const clockSkewMs = 5_000;

/** Tenants whose last fact is a tombstone: what comes of them late belongs to nobody. */
export class DeletedTenants {
  private readonly deleted = new Map<string, DeletedTenant>();
  private applied = 0;

  /** Is another number as soon as {@link isErased} may say something else. */
  get changes(): number {
    return this.applied;
  }

  /** `undefined`: it was never deleted, or is there again. */
  get(tenant: string): DeletedTenant | undefined {
    return this.deleted.get(tenant);
  }

  has(tenant: string): boolean {
    return this.deleted.has(tenant);
  }

  /**
   * Whether an event belongs to what is erased with its tenant; one of later on names a tenant that does not exist, and
   * is refused like every such event.
   */
  isErased(tenant: string, storedAtMs: number): boolean {
    const deleted = this.deleted.get(tenant);
    return deleted !== undefined && storedAtMs <= deleted.deletedAtMs + clockSkewMs;
  }

  all(): (DeletedTenant & { readonly tenant: string })[] {
    return [...this.deleted].map(([tenant, deleted]) => ({ ...deleted, tenant }));
  }

  /** Of which something may be left. */
  toErase(): (DeletedTenant & { readonly tenant: string; readonly jobId: string })[] {
    return [...this.deleted].flatMap(([tenant, { jobId, ...deleted }]) =>
      jobId === null ? [] : [{ ...deleted, tenant, jobId }],
    );
  }

  apply(tenant: string, fact: TenantFact, revision: number): void {
    this.applied += 1;
    if (fact.state) {
      this.deleted.delete(tenant);
      return;
    }
    const deletedAtMs = this.deleted.get(tenant)?.deletedAtMs ?? fact.atMs;
    const jobId = fact.fact === 'tenant.deleted' ? fact.jobId : null;
    this.deleted.set(tenant, { deletedAtMs, jobId, revision });
  }
}
