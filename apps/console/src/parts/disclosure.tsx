import { Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export interface DisclosureProps {
  readonly label: string;
  readonly opened?: boolean;
  readonly children: ReactNode;
}

/** What not everybody wants to see, behind its name; made when it is opened. */
export function Disclosure({ label, opened: atFirst = false, children }: DisclosureProps): ReactNode {
  const [opened, { toggle }] = useDisclosure(atFirst);
  const Icon = opened ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <UnstyledButton
        onClick={toggle}
        aria-expanded={opened}
        display="inline-flex"
        style={{ alignItems: 'center', gap: 4 }}
      >
        <Icon size={14} aria-hidden color="var(--postel-muted)" />
        <Text size="sm" c="dimmed">
          {label}
        </Text>
      </UnstyledButton>
      {opened && <div style={{ paddingTop: 8 }}>{children}</div>}
    </div>
  );
}
