import { Paper, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export interface FigureProps {
  readonly label: string;
  /** Undefined while it is not known yet. */
  readonly value: string | undefined;
  /** What it is made of, or of how many. */
  readonly hint?: ReactNode;
  /** Somebody has to look at it. */
  readonly isBad?: boolean;
}

/** One number, large. */
export function Figure({ label, value, hint, isBad = false }: FigureProps): ReactNode {
  return (
    <Paper withBorder px="md" py="sm" bg="var(--postel-surface)">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      {value === undefined ? (
        <Skeleton h={20} w={72} my={4} />
      ) : (
        <Text
          fz={20}
          lh={1.4}
          fw={isBad ? 700 : 600}
          className="figure"
          {...(isBad ? { c: 'var(--postel-bad)' } : {})}
        >
          {value}
        </Text>
      )}
      {hint && (
        <Text size="xs" c="dimmed" component="div" className="figure" mih={17}>
          {hint}
        </Text>
      )}
    </Paper>
  );
}
