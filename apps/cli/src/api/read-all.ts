import type { JsonObject } from '@patchbay/core';
import type { ApiPath, PathWith } from './api-path.js';
import type { HubClient } from './hub-client.js';
import { objectsAt, textAt } from './json-reading.js';

/** Reads all pages of a short list, such as brands, destinations or keys. */
export async function readAll<Path extends PathWith<'get'>>(
  client: HubClient,
  path: ApiPath<Path>,
): Promise<readonly JsonObject[]> {
  const data: JsonObject[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.get(path, { limit: '200', cursor });
    data.push(...objectsAt(page, 'data'));
    cursor = textAt(page, 'nextCursor');
  } while (cursor !== undefined);
  return data;
}
