import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './copy.module.css';
import { useCopy, type Copying } from './use-copy.js';

export interface CopyProps {
  readonly value: string;
  /** What is copied, for who does not see the icon: `the signing secret`. */
  readonly what: string;
}

/** An icon that copies. */
export function Copy({ value, what }: CopyProps): ReactNode {
  const { outcome, copy } = useCopy(value);
  const Icon = outcome === 'copied' ? IconCheck : IconCopy;
  return (
    <Tooltip label={labelOf(outcome, what)}>
      <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={`Copy ${what}`}>
        <Icon size={14} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

/** An id: in one width, and copied by a click. */
export function Id({ value, what = 'the id' }: { value: string; what?: string }): ReactNode {
  const { outcome, copy } = useCopy(value);
  return (
    <Tooltip label={labelOf(outcome, what)}>
      <UnstyledButton className={classes.id} onClick={copy} aria-label={`Copy ${what} ${value}`}>
        {value}
      </UnstyledButton>
    </Tooltip>
  );
}

const said = { copied: 'Copied', failed: 'It could not be copied: select it' } as const;

function labelOf(outcome: Copying['outcome'], what: string): string {
  return outcome === null ? `Copy ${what}` : said[outcome];
}
