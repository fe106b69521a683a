import { useEffect, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { tenantOfAddress } from '../session/at-tenant.js';
import { useSession } from '../session/session.js';

/** Lets an operator's link choose its tenant before anything of another is asked for or shown. */
export function OfTenant({ children }: { children: ReactNode }): ReactNode {
  const { kind, tenant, chooseTenant } = useSession();
  const navigate = useNavigate();
  const location = useLocation();
  const named = kind === 'admin' ? tenantOfAddress(location) : null;
  const address = named?.address;
  const chosen = named?.tenant ?? tenant;
  useEffect(() => {
    if (address === undefined) return;
    // the choice throws away all that is here, so the address goes first
    void navigate(address, { replace: true });
    if (chosen !== tenant) chooseTenant(chosen);
  }, [address, chosen, tenant, chooseTenant, navigate]);
  return named === null ? children : null;
}
