import { Group, Paper, Title, type PaperProps } from '@mantine/core';
import type { ReactNode } from 'react';

export interface SectionProps extends PaperProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page, with its heading. */
export function Section({ title, actions, children, ...rest }: SectionProps): ReactNode {
  return (
    <Paper withBorder p="md" component="section" aria-label={title} bg="var(--postel-surface)" {...rest}>
      <Group justify="space-between" mb="sm" mih={28}>
        <Title order={2}>{title}</Title>
        {actions}
      </Group>
      {children}
    </Paper>
  );
}
