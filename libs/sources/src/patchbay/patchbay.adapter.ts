import { OPERATIONAL_SOURCE, type SourceAdapter } from '@patchbay/core';
import { CATALOGUE, DECLARED_PATHS } from './operational-catalogue.js';

/** What the hub tells of itself. It makes these events, so nothing is ever read, and none names a person. */
export const patchbayAdapter: SourceAdapter = {
  name: OPERATIONAL_SOURCE,
  read: () => [],
  catalogue: () => CATALOGUE,
  personalPaths: (type) => DECLARED_PATHS.get(type) ?? { personal: [], safe: [] },
  recipientOf: () => ({}),
};
