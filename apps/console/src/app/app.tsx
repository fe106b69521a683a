import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { RouterProvider } from 'react-router/dom';
import type { SessionStore } from '../session/kept-session.js';
import { StoreContext } from '../session/session.js';
import { makeRouter } from './router.js';
import { themeFor } from './theme.js';

export function App({ store }: { store: SessionStore }): ReactNode {
  const { appearance } = useSyncExternalStore(store.subscribe, store.current);
  const theme = useMemo(() => themeFor(appearance), [appearance]);
  const [router] = useState(makeRouter);
  const { scheme } = appearance;
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      {...(scheme === 'light' || scheme === 'dark' ? { forceColorScheme: scheme } : {})}
    >
      <Notifications position="bottom-right" />
      <StoreContext value={store}>
        <RouterProvider router={router} />
      </StoreContext>
    </MantineProvider>
  );
}
