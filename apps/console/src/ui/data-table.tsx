import { Box, Group, Skeleton, Stack, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';
import { ListFrame } from './list-frame';
import { useText } from './text';
import type { ListPage } from './use-list-page';

/** Column of a table. */
export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  cell(row: Row): ReactNode;
  /** Width in CSS; the browser chooses if absent. */
  readonly width?: string;
  /** Aligns numbers at the end. */
  readonly end?: boolean;
}

interface DataTableProps<Row> {
  readonly page: ListPage<Row>;
  /** Columns in order. The first cell has the link to the row's own page. */
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Name of the table for screen readers. */
  readonly label: string;
  /** Shown if the list has no entry at all: one sentence and one action. */
  readonly empty: ReactNode;
  /** True if filters are set, so an empty list only means that nothing matches. */
  readonly filtered?: boolean;
  readonly onClearFilters?: (() => void) | undefined;
}

/** Page of a list as a table, with its empty, loading, error and forbidden states. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { page, columns, rowKey, label, ...frame } = props;
  return (
    <ListFrame page={page} loading={<TableSkeleton columns={columns.length} />} {...frame}>
      {(rows) => (
        <Box className={classes.scroll} tabIndex={0} role="region" aria-label={label} data-stale={page.isStale}>
          <Table className={classes.table} aria-label={label} highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                {columns.map(({ key, header, width, end = false }) => (
                  <Table.Th key={key} style={{ width }} data-end={end}>
                    {header}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={rowKey(row)} data-row={rowKey(row)}>
                  {columns.map(({ key, cell, end = false }) => (
                    <Table.Td key={key} data-end={end}>
                      {cell(row)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Box>
      )}
    </ListFrame>
  );
}

/** Number of rows that stand for a list that is being read. */
const SKELETON_ROWS = 8;

/** Rows in the place of a list that is being read. Appears after 150 ms, so that a fast answer causes no flicker. */
function TableSkeleton({ columns }: { readonly columns: number }): ReactNode {
  const text = useText();
  return (
    <Stack gap={8} className={classes.skeleton} role="status" aria-label={text('list.loading')}>
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        <Group key={row} grow gap="md">
          {Array.from({ length: columns }, (_cell, column) => (
            <Skeleton key={column} height={24} />
          ))}
        </Group>
      ))}
    </Stack>
  );
}
