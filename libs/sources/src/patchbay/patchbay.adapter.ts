import { OPERATIONAL_SOURCE, type SourceAdapter } from '@patchbay/core';
import { CATALOGUE, DECLARED_PATHS } from './operational-catalogue.js';

/**
 * Adapter of operational events. The hub creates these events itself, so the adapter reads no bodies. Events about
 * messages name their customer, and no other event names a person.
 */
export const patchbayAdapter: SourceAdapter = {
  name: OPERATIONAL_SOURCE,
  read: () => [],
  catalogue: () => CATALOGUE,
  personalPaths: (type) => DECLARED_PATHS.get(type) ?? { personal: [], safe: [] },
  recipientOf: () => ({}),
};
