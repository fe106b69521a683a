import type { ReactNode } from 'react';
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { mayUse, useSession } from '../session/session.js';
import { SignedIn } from '../session/signed-in.js';
import type { Page } from './page.js';
import { pages } from './pages.js';
import { RouteFailure } from './route-failure.js';
import { Shell } from './shell.js';
import { EmptyState } from '../parts/states.js';
import { PageHeader } from '../parts/page-header.js';

export function makeRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter([
    {
      element: (
        <SignedIn>
          <Shell />
        </SignedIn>
      ),
      // what is seen while the first page's code is fetched: nothing for a moment
      HydrateFallback: () => null,
      children: [
        {
          ErrorBoundary: RouteFailure,
          children: [
            { path: '/', element: <Home /> },
            ...pages.flatMap((page) => page.routes.map((route) => routeOf(page, route))),
            { path: '*', element: <NotFound /> },
          ],
        },
      ],
    },
  ]);
}

function routeOf(page: Page, { path, load }: Page['routes'][number]): RouteObject {
  return {
    path,
    lazy: async () => {
      const { Component } = await load();
      return {
        element: (
          <ForWhom page={page}>
            <Component />
          </ForWhom>
        ),
      };
    },
  };
}

/** Whom a page is not for sees that it is none, whatever link they were sent. */
function ForWhom({ page, children }: { page: Page; children: ReactNode }): ReactNode {
  const session = useSession();
  return mayUse(session, page.who) ? children : <NotFound />;
}

function Home(): ReactNode {
  const session = useSession();
  // of all tenants first: where it fails is seen there
  const isOfOperator = session.kind === 'admin';
  const first = pages.find(({ who }) => (isOfOperator ? who === 'A' : mayUse(session, who)));
  return <Navigate to={first?.path ?? '/endpoints'} replace />;
}

function NotFound(): ReactNode {
  return (
    <>
      <PageHeader title="There is no such page" />
      <EmptyState title="Nothing is at this address">Choose a page from the navigation.</EmptyState>
    </>
  );
}
