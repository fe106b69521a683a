import type { ReactNode } from 'react';
import { PageHeader } from '../parts/page-header.js';
export function Component(): ReactNode {
  return <PageHeader title="Overview" />;
}
