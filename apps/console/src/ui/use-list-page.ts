import { keepPreviousData, useQuery, type QueryKey } from '@tanstack/react-query';
import { BACKGROUND } from '../api/client';
import { useUrlState } from '../lib/use-url-state';

/** Answer of a list of the API. */
export interface ListAnswer<Row> {
  readonly data: readonly Row[];
  readonly nextCursor: string | null;
}

/** Page that a list of the API shall return. */
export interface PageRequest {
  /** Undefined for the first page. */
  readonly cursor: string | undefined;
  /** Maximum number of rows. */
  readonly limit: number;
}

/** Options of {@link useListPage}. */
export interface ListOptions<Row> {
  /** Identifies the list with its filters: `['events', brand, filters]`. */
  readonly key: QueryKey;
  /** Reads a page. Pass `headers` on to the call: they mark calls that no person started. */
  load(paging: PageRequest, signal: AbortSignal, headers: Record<string, string>): Promise<ListAnswer<Row>>;
  /** Identifies a row. */
  rowKey(row: Row): string;
  /**
   * Looks for newer rows, and for changes of the shown rows, every five seconds while the first page is shown. Newer rows
   * appear only when a person asks for them.
   */
  readonly live?: boolean;
  /** Maximum number of rows of a page; 50 if absent. */
  readonly limit?: number;
}

/** Page of a list with its state, for `DataTable`. */
export interface ListPage<Row> {
  /** Undefined until the first answer arrives. */
  readonly rows: readonly Row[] | undefined;
  readonly error: unknown;
  /** True while rows of the previous filters are shown. */
  readonly isStale: boolean;
  /** Rows that arrived after the shown page was read. */
  readonly newer: number;
  /** True if more rows may have arrived than a page has. */
  readonly newerIsMinimum: boolean;
  readonly hasOlder: boolean;
  readonly isFirst: boolean;
  /** True while the list looks for newer rows. */
  readonly isLive: boolean;
  showNewer(): void;
  showOlder(): void;
  showNewest(): void;
  retry(): void;
}

const POLL_MS = 5_000;
const PAGE_SIZE = 50;

/** Reads a page of a list. The cursor is in the URL, so that Back returns to the page before. */
export function useListPage<Row>({
  key,
  load,
  rowKey,
  live = false,
  limit = PAGE_SIZE,
}: ListOptions<Row>): ListPage<Row> {
  const [{ cursor }, setUrl] = useUrlState({ cursor: '' });
  const isFirst = cursor === '';
  const shown = useQuery({
    queryKey: [...key, 'page', cursor],
    queryFn: ({ signal }) => load({ cursor: isFirst ? undefined : cursor, limit }, signal, {}),
    placeholderData: keepPreviousData,
    // A page stays as it was read. New rows appear only when a person asks for them.
    staleTime: Infinity,
    refetchOnMount: 'always',
  });
  const newest = useQuery({
    queryKey: [...key, 'newest'],
    queryFn: ({ signal }) => load({ cursor: undefined, limit }, signal, BACKGROUND),
    enabled: live && isFirst && shown.isSuccess,
    refetchInterval: POLL_MS,
    gcTime: 0,
  });
  const rows = shown.data?.data;
  const known = new Set((rows ?? []).map(rowKey));
  const newestRows = shown.isPlaceholderData || !isFirst ? [] : (newest.data?.data ?? []);
  const newerRows = rows === undefined ? 0 : firstUnknown(newestRows, known, rowKey);
  return {
    rows: newest.dataUpdatedAt > shown.dataUpdatedAt ? withChanges(rows, newestRows, rowKey) : rows,
    error: shown.error,
    isStale: shown.isPlaceholderData,
    newer: newerRows,
    newerIsMinimum: newerRows > 0 && newerRows === newestRows.length,
    hasOlder: typeof shown.data?.nextCursor === 'string',
    isFirst,
    isLive: live && isFirst,
    showNewer: () => void shown.refetch(),
    showOlder: () => setUrl({ cursor: shown.data?.nextCursor ?? '' }),
    showNewest: () => setUrl({ cursor: '' }),
    retry: () => void shown.refetch(),
  };
}

/** Replaces shown rows by newer versions of the same rows. No row appears or moves. */
function withChanges<Row>(
  rows: readonly Row[] | undefined,
  newest: readonly Row[],
  rowKey: (row: Row) => string,
): readonly Row[] | undefined {
  const changed = new Map(newest.map((row) => [rowKey(row), row]));
  return rows?.map((row) => changed.get(rowKey(row)) ?? row);
}

/** Counts the rows before the first row that is shown already. */
function firstUnknown<Row>(rows: readonly Row[], known: ReadonlySet<string>, rowKey: (row: Row) => string): number {
  const index = rows.findIndex((row) => known.has(rowKey(row)));
  return index === -1 ? rows.length : index;
}
