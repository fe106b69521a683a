import { unwrap } from '@postel/client';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../api/api-context.js';
import { Confirm } from '../parts/confirm.js';
import type { AboutEventProps } from './replay-event.js';

export interface EraseEventProps extends AboutEventProps {
  /** It is being erased. */
  readonly onAsked: () => void;
}

export function EraseEvent({ id, opened, onClose, onAsked }: EraseEventProps): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const erase = async () => {
    await unwrap(api.DELETE('/v1/events/{id}', { params: { path: { id } } }));
    notifications.show({ message: 'The payload is being erased wherever it is.' });
    onAsked();
    await queries.invalidateQueries({ queryKey: ['events'] });
  };
  return (
    <Confirm
      opened={opened}
      title="Erase the payload?"
      action="Erase"
      danger
      typed="erase"
      onConfirm={erase}
      onClose={onClose}
    >
      Its payload is erased wherever Postel keeps it, and deliveries that are under way end. What receivers
      have got they keep. It cannot be undone.
    </Confirm>
  );
}
