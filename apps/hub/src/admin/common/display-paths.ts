import { displayPath } from '@patchbay/config';
import type { ConfigurationRecords, JsonObject } from '@patchbay/core';

/** Names the files of all records as people may see them; see {@link displayPath}. */
export function withDisplayPaths(records: ConfigurationRecords, configDirectory: string): ConfigurationRecords {
  const shown = <T extends { readonly file: string | null }>(record: T): T =>
    record.file === null ? record : { ...record, file: displayPath(record.file, configDirectory) };
  return {
    ...records,
    brands: records.brands.map(shown),
    sources: records.sources.map(shown),
    destinations: records.destinations.map(shown),
    subscriptions: records.subscriptions.map(shown),
  };
}

/** Names the file in one side of an audit entry in the same way. */
export function withDisplayPath(side: JsonObject | null, configDirectory: string): JsonObject | null {
  return typeof side?.['file'] === 'string' ? { ...side, file: displayPath(side['file'], configDirectory) } : side;
}
