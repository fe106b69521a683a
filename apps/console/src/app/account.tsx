import {
  ActionIcon,
  Group,
  SegmentedControl,
  Text,
  Tooltip,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { TimeAgo } from '../parts/time-ago.js';
import { useSession } from '../session/session.js';

const kinds = { admin: 'Operator', 'api-key': 'API key', portal: 'Portal link' } as const;

/** Who is signed in and for how long, light or dark, and the way out. */
export function Account(): ReactNode {
  const { kind, expiresAt, version, signOut } = useSession();
  return (
    <>
      <ColourScheme />
      <Group justify="space-between" wrap="nowrap" mt="xs" px={6}>
        <div style={{ minWidth: 0 }}>
          <Text size="xs" fw={500}>
            {kinds[kind]}
          </Text>
          <Text size="xs" c="dimmed">
            {expiresAt ? (
              <>
                ends <TimeAgo at={expiresAt} />
              </>
            ) : (
              `Postel ${version}`
            )}
          </Text>
        </div>
        <Tooltip label="Sign out">
          <ActionIcon variant="subtle" color="gray" onClick={signOut} aria-label="Sign out">
            <IconLogout size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
    </>
  );
}

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

function ColourScheme(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label="Colours"
      value={colorScheme}
      onChange={(value) => setColorScheme(value)}
      data={schemes.map(({ value, label, icon: Icon }) => ({
        value,
        label: (
          <>
            <Icon size={14} aria-hidden style={{ display: 'block', marginInline: 'auto' }} />
            <VisuallyHidden>{label}</VisuallyHidden>
          </>
        ),
      }))}
    />
  );
}
