import { Button, Center, ScrollArea, Table, Text, VisuallyHidden } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Section } from '../parts/section.js';
import type { ChartRow } from './series.js';

export interface ChartColumn {
  readonly name: string;
  readonly label: string;
  readonly show: (value: number | null) => string;
}

export interface ChartSectionProps {
  readonly title: string;
  readonly rows: readonly ChartRow[];
  readonly columns: readonly ChartColumn[];
  readonly isEmpty: boolean;
  readonly empty?: ReactNode;
  /** The chart. */
  readonly children: ReactNode;
}

const height = 220;

/** A chart, and the same figures as a table for who would rather read them, or cannot see it. */
export function ChartSection({
  title,
  rows,
  columns,
  isEmpty,
  empty,
  children,
}: ChartSectionProps): ReactNode {
  const [asTable, setAsTable] = useState(false);
  return (
    <Section
      title={title}
      actions={
        isEmpty ? null : (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? 'Chart' : 'Table'}
            <VisuallyHidden> of {title.toLowerCase()}</VisuallyHidden>
          </Button>
        )
      }
    >
      {isEmpty ? (
        <Center h={height} c="dimmed">
          {empty ?? <Text size="sm">Nothing was delivered in this time.</Text>}
        </Center>
      ) : asTable ? (
        <Rows title={title} rows={rows} columns={columns} />
      ) : (
        <div role="img" aria-label={`${title}, as a chart; the button above shows its figures as a table`}>
          <div aria-hidden>{children}</div>
        </div>
      )}
    </Section>
  );
}

function Rows({ title, rows, columns }: Pick<ChartSectionProps, 'title' | 'rows' | 'columns'>): ReactNode {
  // newest first, and only steps in which something was
  const shown = rows.filter((row) => columns.some(({ name }) => row[name])).reverse();
  return (
    <ScrollArea h={height} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': `${title}, figures` }}>
      <Table aria-label={title} stickyHeader fz={12}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>From</Table.Th>
            {columns.map(({ name, label }) => (
              <Table.Th key={name} ta="right">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((row, index) => (
            <Table.Tr key={index}>
              <Table.Td>{row['at']}</Table.Td>
              {columns.map(({ name, show }) => (
                <Table.Td key={name} ta="right">
                  {show(typeof row[name] === 'number' ? row[name] : null)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
