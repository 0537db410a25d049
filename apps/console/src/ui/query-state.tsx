import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';
import { ProblemState } from './problem-state';
import { useText } from './text';

interface QueryStateProps<T> {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  readonly children: (data: T) => ReactNode;
}

/** Shows the content of a query, or why there is none. Data that was read before stays while a later call fails. */
export function QueryState<T>({ query, children }: QueryStateProps<T>): ReactNode {
  const text = useText();
  const problem =
    query.error === null ? null : <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data !== undefined) {
    return (
      <>
        {problem}
        {children(query.data)}
      </>
    );
  }
  return (
    problem ?? (
      <Stack className={classes.skeleton} gap="sm" role="status" aria-label={text('list.loading')}>
        <Skeleton height={24} width="40%" />
        <Skeleton height={120} />
        <Skeleton height={120} />
      </Stack>
    )
  );
}
