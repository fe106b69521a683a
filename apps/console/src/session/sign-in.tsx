import {
  Alert,
  Anchor,
  Button,
  Center,
  Group,
  Paper,
  PasswordInput,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Logo } from '../parts/logo.js';
import type { KeptSession } from './kept-session.js';
import { tokenFault } from './token-fault.js';

const reasons: Readonly<Record<NonNullable<KeptSession['ended']>, string>> = {
  'signed-out': 'You are signed out. What this tab knew is forgotten.',
  refused: 'The credential is not taken (any more). It may have been revoked; sign in with another.',
  expired: 'The link has expired. Open a new one, where you got it.',
};

export interface SignInProps {
  readonly ended: KeptSession['ended'];
  readonly onToken: (token: string) => void;
}

/** Asks for a credential; what is good is found out by the API. */
export function SignIn({ ended, onToken }: SignInProps): ReactNode {
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = token.trim();
    if (given === '') return;
    const found = tokenFault(given);
    setFault(found);
    if (found === null) onToken(given);
  };
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={400} shadow="sm">
        <form onSubmit={submit}>
          <title>Sign in · Postel</title>
          <Stack gap="md">
            <Group gap="sm">
              <Logo />
              <Title order={1} size="h3">
                Sign in to Postel
              </Title>
            </Group>
            {ended && (
              <Alert color={ended === 'signed-out' ? 'gray' : 'orange'} variant="light" role="status">
                {reasons[ended]}
              </Alert>
            )}
            {/* what a password manager files the token under */}
            <input type="text" autoComplete="username" value="postel" readOnly hidden />
            <PasswordInput
              label="Token"
              description="The admin token, or an API key pk_…"
              autoComplete="current-password"
              value={token}
              onChange={(event) => {
                setToken(event.currentTarget.value);
                setFault(null);
              }}
              error={fault}
              data-autofocus
              autoFocus
              required
            />
            <Button type="submit" fullWidth>
              Sign in
            </Button>
            <Text size="xs" c="dimmed">
              It stays in this tab and is forgotten with it. <code>npm start</code> prints the admin token and
              a link that signs you in. The API is described{' '}
              <Anchor href="/docs" underline="always">
                here
              </Anchor>
              .
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
