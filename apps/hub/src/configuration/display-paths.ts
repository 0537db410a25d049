import { displayPath } from '@patchbay/config';
import type { ConfigurationRecords, JsonObject } from '@patchbay/core';

/** Replaces the file path of each record by its {@link displayPath}. */
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

/** Replaces the file path in the `before` or `after` of an audit entry by its {@link displayPath}. */
export function withDisplayPath(side: JsonObject | null, configDirectory: string): JsonObject | null {
  return typeof side?.['file'] === 'string' ? { ...side, file: displayPath(side['file'], configDirectory) } : side;
}
