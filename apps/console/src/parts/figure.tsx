import { Anchor, Paper, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

export interface FigureProps {
  readonly label: string;
  /** `undefined` while it is asked for. */
  readonly value: string | undefined;
  /** A few words under it; its place is kept where there are none. */
  readonly note?: ReactNode;
  readonly isBad?: boolean;
  /** Where what was counted is shown. */
  readonly to?: string;
}

/** A figure of a page's head; as wide and high before it is known. */
export function Figure({ label, value, note, isBad = false, to }: FigureProps): ReactNode {
  const { c, fw } = isBad ? { c: 'var(--postel-bad)', fw: 700 } : { c: undefined, fw: 600 };
  return (
    <Paper withBorder px="md" py="sm" bg="var(--postel-surface)" miw={0}>
      <Text size="xs" c="dimmed" truncate>
        {to === undefined ? (
          label
        ) : (
          <Anchor component={Link} to={to} inherit c="dimmed" underline="always">
            {label}
          </Anchor>
        )}
      </Text>
      {value === undefined ? (
        <Skeleton h={18} w={64} my={5} />
      ) : (
        <Text fz={20} lh={1.4} fw={fw} {...(c === undefined ? {} : { c })} className="figure" truncate>
          {value}
        </Text>
      )}
      {note !== undefined && (
        <Text size="xs" c="dimmed" mih={17} truncate component="div">
          {note}
        </Text>
      )}
    </Paper>
  );
}
