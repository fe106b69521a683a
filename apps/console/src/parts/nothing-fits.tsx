import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { EmptyState } from './states.js';

export interface NothingFitsProps {
  /** `No event fits` */
  readonly title: string;
  /** Takes the filters away. */
  readonly onClear: () => void;
  readonly children?: ReactNode;
}

/** A list that is empty because of its filters. */
export function NothingFits({ title, onClear, children }: NothingFitsProps): ReactNode {
  return (
    <EmptyState
      title={title}
      action={
        <Button variant="default" onClick={onClear}>
          Show all
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}
