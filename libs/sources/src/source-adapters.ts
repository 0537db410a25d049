import type { SourceAdapters } from '@patchbay/core';
import { capillaryAdapter } from './capillary/capillary.adapter.js';
import { cloudEventsAdapter } from './cloudevents/cloudevents.adapter.js';
import { fileAdapter } from './file/file.adapter.js';
import { jsonAdapter } from './json/json.adapter.js';
import { patchbayAdapter } from './patchbay/patchbay.adapter.js';

/** Returns all adapters: the adapters that a brand's sources can name, and the adapter of operational events. */
export function sourceAdapters(): SourceAdapters {
  return new Map(
    [capillaryAdapter, cloudEventsAdapter, fileAdapter, jsonAdapter, patchbayAdapter].map((adapter) => [
      adapter.name,
      adapter,
    ]),
  );
}
