import type { SourceAdapters } from '@patchbay/core';
import { capillaryAdapter } from './capillary/capillary.adapter.js';
import { cloudEventsAdapter } from './cloudevents/cloudevents.adapter.js';
import { jsonAdapter } from './json/json.adapter.js';

/** All adapters that a brand's sources can name. */
export function sourceAdapters(): SourceAdapters {
  return new Map([capillaryAdapter, cloudEventsAdapter, jsonAdapter].map((adapter) => [adapter.name, adapter]));
}
