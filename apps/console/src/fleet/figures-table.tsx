import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

export interface FiguresTableProps {
  readonly caption: string;
  /** The first is what the figures are of. */
  readonly headers: readonly string[];
  readonly rows: readonly (readonly [string, ...string[]])[];
}

/** A small table of figures. */
export function FiguresTable({ caption, headers, rows }: FiguresTableProps): ReactNode {
  return (
    <Table aria-label={caption} verticalSpacing={5} horizontalSpacing={0}>
      <Table.Thead>
        <Table.Tr c="dimmed" fz="xs">
          {headers.map((header, index) => (
            <Table.Th key={header} fw={500} {...(index === 0 ? {} : { ta: 'right' })}>
              {header}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(([name, ...figures]) => (
          <Table.Tr key={name}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
            {figures.map((figure, index) => (
              <Table.Td key={headers[index + 1]} ta="right" pl="sm" style={{ whiteSpace: 'nowrap' }}>
                {figure}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
