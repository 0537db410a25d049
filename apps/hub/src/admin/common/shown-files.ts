import { shownFile } from '@patchbay/config';
import type { ConfigurationRecords, JsonObject } from '@patchbay/core';

/** Names the files of all records as people may see them; see {@link shownFile}. */
export function withShownFiles(records: ConfigurationRecords, configDirectory: string): ConfigurationRecords {
  const shown = <T extends { readonly file: string | null }>(record: T): T =>
    record.file === null ? record : { ...record, file: shownFile(record.file, configDirectory) };
  return {
    ...records,
    brands: records.brands.map(shown),
    sources: records.sources.map(shown),
    destinations: records.destinations.map(shown),
    subscriptions: records.subscriptions.map(shown),
  };
}

/** Names the file in one side of an audit entry in the same way. */
export function withShownFile(side: JsonObject | null, configDirectory: string): JsonObject | null {
  return typeof side?.['file'] === 'string' ? { ...side, file: shownFile(side['file'], configDirectory) } : side;
}
