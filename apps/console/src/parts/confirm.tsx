import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { FailureState } from './states.js';

export interface ConfirmProps {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** What the button says: `Delete the endpoint`. */
  readonly action: string;
  readonly danger?: boolean;
  /** False: something has to be chosen first. */
  readonly ready?: boolean;
  /** Has to be typed first: for what cannot be undone. */
  readonly typed?: string;
  /** Rejects with what is shown then; the dialog stays. */
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something is done that has consequences, and says so when it could not be done. */
export function Confirm(props: ConfirmProps): ReactNode {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} centered>
      <ConfirmBody {...props} />
    </Modal>
  );
}

function ConfirmBody({
  children,
  action,
  danger = false,
  ready: isChosen = true,
  typed,
  onConfirm,
  onClose,
}: ConfirmProps): ReactNode {
  const [text, setText] = useState('');
  const doing = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  const ready = isChosen && (typed === undefined || text === typed);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) doing.mutate();
      }}
    >
      <Stack gap="md">
        <Text component="div" size="sm">
          {children}
        </Text>
        {typed !== undefined && (
          <TextInput
            label={
              <>
                Type <code>{typed}</code> to confirm
              </>
            }
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        {doing.error && <FailureState error={doing.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            {...(danger ? { color: 'red' } : {})}
            loading={doing.isPending}
            disabled={!ready}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
