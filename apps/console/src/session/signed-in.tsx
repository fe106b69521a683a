import { ProblemError, unwrap } from '@postel/client';
import { Button, Center, Loader, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from 'react';
import { ApiContext, useApi } from '../api/api-context.js';
import { makeApi } from '../api/make-api.js';
import { makeQueries } from '../api/make-queries.js';
import { FailureState } from '../parts/states.js';
import { SessionContext, useSessionStore, type Session } from './session.js';
import { SignIn } from './sign-in.js';
import { timeLeftMs } from './time-left.js';

/** How long a revoked credential may still show what it has shown. */
const stillGoodMs = 10_000;

/**
 * Shows its children to whoever has a good credential, and asks everybody else for one, at the same address: whoever
 * signs in again is where they were.
 *
 * Client and cache are made for one credential and one tenant, and thrown away with it, so that nothing of one tenant
 * is ever shown to another.
 */
export function SignedIn({ children }: { children: ReactNode }): ReactNode {
  const store = useSessionStore();
  const { token, tenant, ended } = useSyncExternalStore(store.subscribe, store.current);
  const parts = useMemo(() => {
    if (token === null) return null;
    return {
      api: makeApi({ token, tenant, onRefused: () => store.refused(token) }),
      queries: makeQueries(),
    };
  }, [token, tenant, store]);
  if (!parts || token === null) return <SignIn ended={ended} onToken={(given) => store.signIn(given)} />;
  return (
    <QueryClientProvider client={parts.queries} key={`${tenant} ${token}`}>
      <ApiContext value={parts.api}>
        <KnownSession token={token}>{children}</KnownSession>
      </ApiContext>
    </QueryClientProvider>
  );
}

function KnownSession({ token, children }: { token: string; children: ReactNode }): ReactNode {
  const store = useSessionStore();
  const api = useApi();
  /** As the last answer said. */
  const leftMs = useRef<number | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      const call = api.GET('/v1/session');
      const session = await unwrap(call);
      const { response } = await call;
      leftMs.current = timeLeftMs(session.expiresAt, response.headers.get('date'));
      return session;
    },
    staleTime: Infinity,
    // a page that asks for nothing more shows nothing more to whoever's credential was revoked, either
    refetchInterval: stillGoodMs,
  });
  const expiresAt = data?.expiresAt ?? null;
  useEffect(() => {
    if (expiresAt === null || leftMs.current === null) return;
    const timer = setTimeout(() => store.signOut('expired'), leftMs.current);
    return () => clearTimeout(timer);
  }, [expiresAt, store]);
  // the tenant that was looked at is gone, or a link named one that there never was: the operator's own again
  const tenantIsGone = error instanceof ProblemError && error.code === 'tenant_not_found';
  useEffect(() => {
    if (!tenantIsGone) return;
    const { tenant } = store.current();
    notifications.show({
      color: 'orange',
      autoClose: false,
      message: `There is no tenant ${tenant}. What is shown is of the tenant default.`,
    });
    store.change({ tenant: null });
  }, [tenantIsGone, store]);
  const session = useMemo(
    (): Session | null =>
      data
        ? {
            ...data,
            token,
            chooseTenant: (tenant) => store.change({ tenant }),
            signOut: () => store.signOut('signed-out'),
          }
        : null,
    [data, token, store],
  );
  if (session) return <SessionContext value={session}>{children}</SessionContext>;
  return (
    <Center mih="100dvh" p="md">
      {error ? (
        <Stack align="flex-start" gap="sm">
          <FailureState error={error} onRetry={() => void refetch()} />
          <Button variant="subtle" onClick={() => store.signOut('signed-out')}>
            Sign in with another credential
          </Button>
        </Stack>
      ) : (
        <Loader aria-label="Signing in" />
      )}
    </Center>
  );
}
