import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { CodeBlock } from '../parts/code-block.js';
import { propertiesOf, type Property } from './properties.js';

/** A schema as a table of properties, or as it was written. */
export function SchemaView({
  schema,
  what,
}: {
  schema: Readonly<Record<string, unknown>>;
  what: string;
}): ReactNode {
  const [raw, setRaw] = useState(false);
  const properties = propertiesOf(schema);
  const isTable = properties.length > 0 && !raw;
  return (
    <Stack gap="xs">
      {isTable ? (
        <Table.ScrollContainer minWidth={520} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table aria-label={`Properties of ${what}`} fz={13} verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Property</Table.Th>
                <Table.Th>Type</Table.Th>
                <Table.Th>What it is</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {properties.map((property) => (
                <PropertyRow key={property.path} property={property} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : (
        <CodeBlock text={JSON.stringify(schema, null, 2)} what={what} />
      )}
      {properties.length > 0 && (
        <Group>
          <Button variant="subtle" size="compact-xs" aria-pressed={raw} onClick={() => setRaw(!raw)}>
            {raw ? 'As a table' : 'As JSON Schema'}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function PropertyRow({ property }: { property: Property }): ReactNode {
  const { path, depth, type, required, description, conditions } = property;
  const name = path.slice(path.lastIndexOf('.') + 1);
  return (
    <Table.Tr>
      <Table.Td style={{ paddingInlineStart: 12 + depth * 20 }}>
        <Group gap={8} wrap="nowrap">
          <Text ff="monospace" fz={12} span title={path}>
            {name}
          </Text>
          {required && (
            <Badge variant="light" size="xs" radius="sm" tt="none" fw={500}>
              required
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed" span>
          {type}
        </Text>
      </Table.Td>
      <Table.Td>
        {description}
        {conditions.length > 0 && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {conditions.join('; ')}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
