import type { ReactNode } from 'react';
import { Status } from '../parts/status.js';
import type { Source } from './providers.js';

export function SourceStatus({ status }: Pick<Source, 'status'>): ReactNode {
  return <Status tone={status === 'active' ? 'good' : 'quiet'}>{status}</Status>;
}
