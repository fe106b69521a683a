import { Anchor, Drawer, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { actorOf } from '../parts/actor.js';
import { JsonBlock } from '../parts/code-block.js';
import { Id } from '../parts/copy.js';
import { count } from '../parts/format.js';
import { deedOf, pageOf, type AuditEntry } from './deeds.js';

export interface AuditDetailsProps {
  readonly entry: AuditEntry | null;
  readonly onClose: () => void;
}

export function AuditDetails({ entry, onClose }: AuditDetailsProps): ReactNode {
  return (
    <Drawer
      opened={entry !== null}
      onClose={onClose}
      position="right"
      size={480}
      title={entry && deedOf(entry.action)}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {entry && <Details entry={entry} />}
    </Drawer>
  );
}

function Details({ entry }: { entry: AuditEntry }): ReactNode {
  const actor = actorOf(entry.actor);
  const page = pageOf(entry);
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['When', new Date(entry.at).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' })],
    ['Who', actor.id === null ? actor.name : <Id key="who" value={actor.id} what="who did it" />],
    ['Of what', entry.subject === null ? 'several at once' : <Id key="of" value={entry.subject} />],
    ['Endpoint', entry.endpointId === null ? '–' : <Id key="endpoint" value={entry.endpointId} />],
    ['How many', count(entry.count)],
  ];
  return (
    <Stack gap="md">
      <Table variant="vertical" aria-label="The entry">
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th fw={500} w={110} c="dimmed" bg="transparent">
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {page !== null && (
        <Text size="sm">
          <Anchor component={Link} to={page} underline="always">
            Show what it was done to
          </Anchor>
        </Text>
      )}
      <JsonBlock text={JSON.stringify(entry)} what="the entry" />
    </Stack>
  );
}
