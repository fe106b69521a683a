import { emptyAppearance, type Appearance } from './appearance.js';

/** What the console knows of who uses it, for as long as the tab is open. */
export interface KeptSession {
  readonly token: string | null;
  /** That the operator looks at; the credential's own when `null`. */
  readonly tenant: string | null;
  readonly appearance: Appearance;
  /** Why there is no token any more, to be said where one is asked for. */
  readonly ended: 'signed-out' | 'refused' | 'expired' | null;
}

const key = 'postel.session';
const nobody: KeptSession = { token: null, tenant: null, appearance: emptyAppearance, ended: null };

/**
 * Keeps the credential in memory and in the tab's sessionStorage: gone with the tab, unseen by other tabs, and sent to
 * nobody by the browser itself (as a cookie would be).
 */
export class SessionStore {
  private session: KeptSession;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | null) {
    this.session = read(storage);
  }

  readonly current = (): KeptSession => this.session;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  change(change: Partial<KeptSession>): void {
    this.session = { ...this.session, ...change };
    try {
      this.storage?.setItem(key, JSON.stringify(this.session));
    } catch {
      // in an iframe a browser may keep nothing for us: then it lives as long as the page
    }
    for (const listener of this.listeners) listener();
  }

  signIn(token: string): void {
    this.change({ token, tenant: null, ended: null });
  }

  signOut(ended: KeptSession['ended']): void {
    this.change({ token: null, tenant: null, ended });
  }

  /** The API did not take a token: a late answer may speak of one that is replaced already. */
  refused(token: string): void {
    if (this.session.token === token) this.signOut('refused');
  }
}

function read(storage: Pick<Storage, 'getItem'> | null): KeptSession {
  try {
    const text = storage?.getItem(key);
    return text ? { ...nobody, ...(JSON.parse(text) as Partial<KeptSession>) } : nobody;
  } catch {
    return nobody;
  }
}

/** Some browsers throw when a framed page only asks for it. */
export function storageOfTab(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
