import type { ReactNode } from 'react';
import { PageHeader } from '../parts/page-header.js';
import { EmptyState } from '../parts/states.js';

export function Component(): ReactNode {
  return (
    <>
      <PageHeader title="Sources" />
      <EmptyState title="Not built yet" />
    </>
  );
}
