import { Box, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';
import { ProblemState } from './problem-state';
import { useText } from './text';
import type { ListPage } from './use-list-page';

interface ListFrameProps<Row> {
  readonly page: ListPage<Row>;
  /** Shown until the first answer arrives. */
  readonly loading: ReactNode;
  /** Shown if the list has no entry at all: one sentence and one action. */
  readonly empty: ReactNode;
  /** True if filters are set, so an empty list only means that nothing matches. */
  readonly filtered?: boolean;
  readonly onClearFilters?: (() => void) | undefined;
  readonly children: (rows: readonly Row[]) => ReactNode;
}

/** States of a page of a list around its rows: loading, error, empty, newer rows, and the way to other pages. */
export function ListFrame<Row>(props: ListFrameProps<Row>): ReactNode {
  const { page, loading, empty, filtered = false, onClearFilters, children } = props;
  const text = useText();
  if (page.rows === undefined) {
    return page.error === null ? loading : <ProblemState error={page.error} onRetry={page.retry} />;
  }
  return (
    <Stack gap="sm">
      {page.error !== null && <ProblemState error={page.error} onRetry={page.retry} />}
      {page.isLive && <NewerRows page={page} />}
      {page.rows.length > 0 ? (
        children(page.rows)
      ) : (
        <Box className={classes.none}>
          {filtered ? (
            <Stack align="center" gap="sm">
              <Text>{text('list.noMatch')}</Text>
              {onClearFilters !== undefined && (
                <Button variant="default" onClick={onClearFilters}>
                  {text('list.clear')}
                </Button>
              )}
            </Stack>
          ) : (
            empty
          )}
        </Box>
      )}
      <Pager page={page} />
    </Stack>
  );
}

/** Line above a live list. Its height is constant, so that no row moves when newer rows arrive. */
function NewerRows<Row>({ page }: { readonly page: ListPage<Row> }): ReactNode {
  const text = useText();
  return (
    <div role="status" className={classes.newer}>
      {page.newer > 0 ? (
        <Button variant="light" fullWidth onClick={page.showNewer}>
          {text(page.newerIsMinimum ? 'list.newerMany' : 'list.newer', { count: page.newer })}
        </Button>
      ) : (
        <Text c="dimmed">{text('list.noNewer')}</Text>
      )}
    </div>
  );
}

function Pager<Row>({ page }: { readonly page: ListPage<Row> }): ReactNode {
  const text = useText();
  if (!page.hasOlder && page.isFirst) return null;
  return (
    <Group component="nav" aria-label={text('list.pages')} gap="sm" justify="end">
      {!page.isFirst && (
        <Button variant="default" onClick={page.showNewest}>
          {text('list.newest')}
        </Button>
      )}
      {page.hasOlder && (
        <Button variant="default" onClick={page.showOlder}>
          {text('list.older')}
        </Button>
      )}
    </Group>
  );
}
