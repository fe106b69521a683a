import type { components } from '@postel/client';
import { createContext, use } from 'react';
import type { SessionStore } from './kept-session.js';

export type SessionAnswer = components['schemas']['Session'];

/** Who is signed in. */
export interface Session extends SessionAnswer {
  /** Whose data is shown: of the operator, whom they chose. */
  readonly tenant: string;
  readonly token: string;
  readonly chooseTenant: (tenant: string) => void;
  readonly signOut: () => void;
}

/** The letters of the API's table of routes: the admin token, a tenant's key, a portal token. */
export type Credentials = 'A' | 'AK' | 'AKP';

const letters = { admin: 'A', 'api-key': 'K', portal: 'P' } as const;

/** Whether such a credential may call what `who` may. */
export function mayUse(session: Pick<Session, 'kind'>, who: Credentials): boolean {
  return who.includes(letters[session.kind]);
}

export const SessionContext = createContext<Session | null>(null);

/** @throws outside of the signed-in part */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('nobody is signed in here');
  return session;
}

export const StoreContext = createContext<SessionStore | null>(null);

export function useSessionStore(): SessionStore {
  const store = use(StoreContext);
  if (!store) throw new Error('no session store');
  return store;
}
