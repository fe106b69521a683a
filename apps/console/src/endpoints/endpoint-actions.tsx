import { unwrap } from '@postel/client';
import { ActionIcon, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconBan,
  IconChartLine,
  IconDots,
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconSend,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { useApi, type Answer } from '../api/api-context.js';
import { problemText } from '../api/problem-text.js';
import { Confirm } from '../parts/confirm.js';

type Verb = 'enable' | 'pause' | 'disable';

/** What can be done with an endpoint, and the pages that tell more about it. */
export function EndpointActions({ endpoint }: { endpoint: Answer<'Endpoint'> }): ReactNode {
  const { id, status } = endpoint;
  const [asking, setAsking] = useState<'disable' | 'delete' | null>(null);
  const { change, remove } = useChanges(id);
  const changing = useMutation({
    mutationFn: change,
    onError: (error) => notifications.show({ color: 'red', message: problemText(error).message }),
  });
  const close = () => setAsking(null);
  return (
    <>
      {status === 'active' ? (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={14} aria-hidden />}
          loading={changing.isPending}
          onClick={() => changing.mutate('pause')}
        >
          Pause
        </Button>
      ) : (
        <Button
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={changing.isPending}
          onClick={() => changing.mutate('enable')}
        >
          Enable
        </Button>
      )}
      <Menu position="bottom-end" shadow="md" width={210}>
        <Menu.Target>
          <ActionIcon variant="default" size={32} aria-label="More">
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <MoreLinks id={id} />
          <Menu.Divider />
          {status !== 'disabled' && (
            <Menu.Item leftSection={<IconBan size={14} aria-hidden />} onClick={() => setAsking('disable')}>
              Disable …
            </Menu.Item>
          )}
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={14} aria-hidden />}
            onClick={() => setAsking('delete')}
          >
            Delete …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asking === 'disable'}
        onClose={close}
        title="Disable the endpoint?"
        action="Disable"
        danger
        onConfirm={() => change('disable')}
      >
        No deliveries are made for it until it is enabled again. What it misses can be recovered later.
      </Confirm>
      <Confirm
        opened={asking === 'delete'}
        onClose={close}
        title="Delete the endpoint?"
        action="Delete the endpoint"
        danger
        typed={hostOf(endpoint.url)}
        onConfirm={remove}
      >
        What still waits for it ends as a dead letter. This cannot be undone.
      </Confirm>
    </>
  );
}

function MoreLinks({ id }: { id: string }): ReactNode {
  const query = `?endpointId=${id}`;
  return (
    <>
      <Menu.Item component={Link} to={`/deliveries${query}`} leftSection={<IconSend size={14} aria-hidden />}>
        Deliveries
      </Menu.Item>
      <Menu.Item component={Link} to={`/stats${query}`} leftSection={<IconChartLine size={14} aria-hidden />}>
        Statistics
      </Menu.Item>
      <Menu.Item component={Link} to={`/recover${query}`} leftSection={<IconHistory size={14} aria-hidden />}>
        Recover
      </Menu.Item>
    </>
  );
}

function useChanges(id: string) {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { id } };
  return {
    change: async (verb: Verb) => {
      await unwrap(api.POST(`/v1/endpoints/{id}/${verb}`, { params }));
      await queries.invalidateQueries({ queryKey: ['endpoints'] });
    },
    remove: async () => {
      await unwrap(api.DELETE('/v1/endpoints/{id}', { params }));
      await navigate('/endpoints');
      queries.removeQueries({ queryKey: ['endpoints', id] });
      await queries.invalidateQueries({ queryKey: ['endpoints', 'list'] });
    },
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
