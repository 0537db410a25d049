import type { Page, PageRequest } from '@patchbay/core';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decodeCursor, encodeCursor, type List } from './cursor.js';

const MAX_PAGE = 1_000;

/**
 * Reads a page of an unpartitioned table by its UUIDv7 `id`, newest first.
 * @throws CursorError if the cursor does not belong to the list
 */
export async function pageById<Row extends ObjectLiteral & { readonly id: string }>(
  query: SelectQueryBuilder<Row>,
  list: List,
  { limit, cursor }: PageRequest,
): Promise<Page<Row>> {
  const length = Math.min(Math.max(Math.trunc(limit), 1), MAX_PAGE);
  if (cursor !== null) query.andWhere(`${query.alias}.id < :below`, { below: decodeCursor(list, cursor) });
  // Read one extra row, which shows if there is a next page.
  const rows = await query
    .orderBy(`${query.alias}.id`, 'DESC')
    .limit(length + 1)
    .getMany();
  const data = rows.slice(0, length);
  const last = data.at(-1);
  return { data, nextCursor: last === undefined || rows.length === data.length ? null : encodeCursor(list, last.id) };
}
