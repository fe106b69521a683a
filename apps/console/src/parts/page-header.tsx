import { Anchor, Box, Group, Text, Title } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

export interface PageHeaderProps {
  readonly title: string;
  /** Beside the title, such as a status. */
  readonly badge?: ReactNode;
  readonly description?: ReactNode;
  /** Buttons, right. */
  readonly actions?: ReactNode;
  /** Where the page belongs: `{ to: '/endpoints', label: 'Endpoints' }`. */
  readonly back?: { readonly to: string; readonly label: string };
}

/** The heading of a page, which is given the focus when somebody comes to it; and the title of the tab. */
export function PageHeader({ title, badge, description, actions, back }: PageHeaderProps): ReactNode {
  return (
    <Box mb="md">
      <title>{`${title} · Postel`}</title>
      {back && (
        <Anchor
          component={Link}
          to={back.to}
          size="sm"
          c="dimmed"
          mb={4}
          display="inline-flex"
          style={{ alignItems: 'center', marginInlineStart: -4 }}
        >
          <IconChevronLeft size={14} aria-hidden /> {back.label}
        </Anchor>
      )}
      <Group justify="space-between" align="flex-start" gap="sm" mih={32}>
        <Group gap="sm" style={{ minWidth: 0 }}>
          <Title order={1} tabIndex={-1} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {badge}
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {description && (
        <Text
          c="dimmed"
          size="sm"
          mt={2}
          maw={720}
          component="div"
          style={{ textWrap: 'pretty', overflowWrap: 'anywhere' }}
        >
          {description}
        </Text>
      )}
    </Box>
  );
}
