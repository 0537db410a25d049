import type { JsonObject } from '@patchbay/core';
import { textAt } from '../api/json-reading.js';

/** Largest clock offset that is not reported. */
const MAX_OFFSET_SECONDS = 1;

/** Returns the clock problems in a response of `/health/ready`. */
export function clockProblems(ready: JsonObject | undefined): readonly string[] {
  const offset = ready?.['clockOffsetSeconds'];
  const blockedBy = textAt(ready, 'retentionBlockedBy');
  const problems: string[] = [];
  if (typeof offset === 'number' && Math.abs(offset) > MAX_OFFSET_SECONDS) {
    problems.push(
      `The clock of the hub's host is ${Math.abs(offset)} s ${offset > 0 ? 'ahead of' : 'behind'} the clock of ` +
        'PostgreSQL, which the hub uses. Synchronize both hosts with NTP.',
    );
  }
  if (blockedBy !== undefined) problems.push(`The hub deletes no expired data, because ${blockedBy}.`);
  return problems;
}
