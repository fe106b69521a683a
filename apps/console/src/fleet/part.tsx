import { Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Section } from '../parts/section.js';
import classes from './fleet.module.css';

export interface PartProps<Value> {
  readonly title: string;
  /** Where a finding leads. */
  readonly id: string;
  /** `undefined` while it is asked for, `null` when nobody can know it now. */
  readonly value: Value | null | undefined;
  readonly actions?: ReactNode;
  readonly children: (value: Value) => ReactNode;
}

/** A part of the page, which says in its place when it cannot be known. */
export function Part<Value>({ title, id, value, actions, children }: PartProps<Value>): ReactNode {
  return (
    <div id={id} className={classes.part}>
      <Section title={title} actions={actions} flex={1}>
        {value === undefined ? (
          <Skeleton h={96} />
        ) : value === null ? (
          <Text size="sm" c="dimmed" mih={96}>
            Not known now: the database or the broker does not answer. It is asked again by itself.
          </Text>
        ) : (
          children(value)
        )}
      </Section>
    </div>
  );
}

/** Where there is nothing, and that is well. */
export function Nothing({ children }: { children: ReactNode }): ReactNode {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
