import type { LiveMessage } from '@postel/client';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.js';
import { follow, type LiveState } from './follow.js';

export interface UseLiveOptions {
  /** With its query: `/v1/live/deliveries?status=dead`. */
  readonly path: string;
  readonly enabled?: boolean;
  readonly onMessage: (message: LiveMessage) => void;
}

/** Follows a live answer of the API while the page is there. @returns how it is, to be shown by `LiveBadge` */
export function useLive({ path, enabled = true, onMessage }: UseLiveOptions): LiveState {
  const { token, tenant, kind } = useSession();
  const [state, setState] = useState<LiveState>('connecting');
  const latest = useRef(onMessage);
  useEffect(() => {
    latest.current = onMessage;
  });
  useEffect(() => {
    if (!enabled) return;
    const stop = new AbortController();
    void follow({
      url: path,
      headers: { authorization: `Bearer ${token}`, ...(kind === 'admin' ? { 'postel-tenant': tenant } : {}) },
      signal: stop.signal,
      onMessage: (message) => latest.current(message),
      onState: setState,
    });
    return () => stop.abort();
  }, [path, enabled, token, tenant, kind]);
  return enabled ? state : 'off';
}
