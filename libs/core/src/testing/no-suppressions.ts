import type { SuppressionList } from '../suppressions/suppression-list.js';

/** Suppression list without entries, for tests. */
export const NO_SUPPRESSIONS: Pick<SuppressionList, 'stopped' | 'report'> = {
  stopped: () => Promise.resolve(null),
  report: () => Promise.resolve(0),
};
