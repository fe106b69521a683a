import type { TenantFact } from '@postel/contracts';

export interface DeletedTenant {
  readonly deletedAtMs: number;
  /** The job that erases what it had; `null` once that is done. */
  readonly jobId: string | null;
  /** Position of the tombstone in CONFIG. */
  readonly revision: number;
}

/** Tenants whose last fact is a tombstone: what comes of them late belongs to nobody. */
export class DeletedTenants {
  private readonly deleted = new Map<string, DeletedTenant>();

  /** `undefined`: it was never deleted, or is there again. */
  get(tenant: string): DeletedTenant | undefined {
    return this.deleted.get(tenant);
  }

  has(tenant: string): boolean {
    return this.deleted.has(tenant);
  }

  /** Of which something may be left. */
  toErase(): (DeletedTenant & { readonly tenant: string; readonly jobId: string })[] {
    return [...this.deleted].flatMap(([tenant, { jobId, ...deleted }]) =>
      jobId === null ? [] : [{ ...deleted, tenant, jobId }],
    );
  }

  apply(tenant: string, fact: TenantFact, revision: number): void {
    if (fact.state) {
      this.deleted.delete(tenant);
      return;
    }
    const deletedAtMs = this.deleted.get(tenant)?.deletedAtMs ?? fact.atMs;
    const jobId = fact.fact === 'tenant.deleted' ? fact.jobId : null;
    this.deleted.set(tenant, { deletedAtMs, jobId, revision });
  }
}
