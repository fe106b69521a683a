import { Button, Checkbox, Group, Paper, Table } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import type { List } from '../api/use-list.js';
import classes from './data-table.module.css';
import { FailureState, RowSkeletons } from './states.js';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly width?: number | string;
  readonly align?: 'right';
  /** Not on a phone, where a row is a card. */
  readonly wideOnly?: boolean;
}

export interface DataTableProps<Row> {
  /** What the rows are, for a screen reader: `Endpoints`. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly list: Pick<
    List<Row>,
    'items' | 'isLoading' | 'error' | 'hasMore' | 'isLoadingMore' | 'loadMore' | 'refetch'
  >;
  readonly rowKey: (row: Row) => string;
  /**
   * Where a row leads; its first cell is the link, and the whole row may be clicked. A label says more than the cell does,
   * and has its text in it (WCAG 2.5.3).
   */
  readonly rowLink?: (row: Row) => { readonly to: string; readonly label?: string };
  readonly rowClass?: (row: Row) => string | undefined;
  /** Rows can be chosen, to do something with all of them. */
  readonly selection?: Selection<Row>;
  readonly empty: ReactNode;
}

export interface Selection<Row> {
  /** Keys of rows. */
  readonly selected: ReadonlySet<string>;
  readonly onChange: (selected: ReadonlySet<string>) => void;
  /** Which row a box is for: `Select the dead letter dl_1`. */
  readonly label: (row: Row) => string;
}

/** A list of the API: a table, and on a phone a card for each row. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { caption, columns, list } = props;
  if (list.error && list.items.length === 0)
    return <FailureState error={list.error} onRetry={list.refetch} />;
  return (
    <Paper withBorder className={classes.frame}>
      {list.isLoading ? (
        <RowSkeletons />
      ) : list.items.length === 0 ? (
        props.empty
      ) : (
        <Table className={classes.table} highlightOnHover aria-label={caption}>
          <Table.Thead className={classes.head}>
            <Table.Tr>
              {props.selection && (
                <Table.Th w={36}>
                  <SelectAll rows={list.items} rowKey={props.rowKey} selection={props.selection} />
                </Table.Th>
              )}
              {columns.map(({ header, width, align, wideOnly }) => (
                <Table.Th
                  key={header}
                  w={width}
                  ta={align}
                  className={wideOnly ? classes.wideOnly : undefined}
                >
                  {header}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.items.map((row) => (
              <DataRow key={props.rowKey(row)} row={row} {...props} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {list.hasMore && (
        <Group justify="center" p="xs" className={classes.more}>
          <Button variant="subtle" color="gray" onClick={list.loadMore} loading={list.isLoadingMore}>
            Show more
          </Button>
        </Group>
      )}
    </Paper>
  );
}

interface SelectAllProps<Row> {
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly selection: Selection<Row>;
}

/** All that are shown, not all that there are. */
function SelectAll<Row>({ rows, rowKey, selection: { selected, onChange } }: SelectAllProps<Row>): ReactNode {
  const keys = rows.map(rowKey);
  const chosen = keys.filter((key) => selected.has(key)).length;
  return (
    <Checkbox
      size="xs"
      aria-label="Select all that are shown"
      checked={chosen > 0 && chosen === keys.length}
      indeterminate={chosen > 0 && chosen < keys.length}
      onChange={(event) => onChange(new Set(event.currentTarget.checked ? keys : []))}
    />
  );
}

function SelectRow<Row>({
  row,
  rowKey,
  selection,
}: Omit<SelectAllProps<Row>, 'rows'> & { row: Row }): ReactNode {
  const { selected, onChange, label } = selection;
  const key = rowKey(row);
  return (
    <Checkbox
      size="xs"
      className={classes.select}
      aria-label={label(row)}
      checked={selected.has(key)}
      onChange={(event) => {
        const next = new Set(selected);
        if (event.currentTarget.checked) next.add(key);
        else next.delete(key);
        onChange(next);
      }}
    />
  );
}

function DataRow<Row>(props: DataTableProps<Row> & { row: Row }): ReactNode {
  const { row, columns, rowLink, rowClass, rowKey, selection } = props;
  const link = rowLink?.(row);
  const navigate = useNavigate();
  // what lies above the link for its tooltip is clicked as the rest of the row is
  const follow = ({ target }: MouseEvent) => {
    if (!link || !(target instanceof Element) || target.closest('a')) return;
    if (target.closest('time, [title]')) void navigate(link.to);
  };
  return (
    <Table.Tr
      className={[classes.row, link && classes.clickable, rowClass?.(row)].filter(Boolean).join(' ')}
      onClick={follow}
    >
      {selection && (
        <Table.Td data-label="Select">
          <SelectRow row={row} rowKey={rowKey} selection={selection} />
        </Table.Td>
      )}
      {columns.map(({ header, cell, align, wideOnly }, index) => (
        <Table.Td
          key={header}
          ta={align}
          data-label={header}
          className={wideOnly ? classes.wideOnly : undefined}
        >
          {index === 0 && link ? (
            <Link to={link.to} className={classes.link} aria-label={link.label}>
              {cell(row)}
            </Link>
          ) : (
            cell(row)
          )}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
