import type { JsonObject } from '@patchbay/core';
import { textAt } from '../api/json-reading.js';

/** A smaller offset harms nobody. */
const NOTABLE_SECONDS = 1;

/** What the answer of `/health/ready` shows about the clocks of a hub. */
export function clockProblems(ready: JsonObject | undefined): readonly string[] {
  const offset = ready?.['clockOffsetSeconds'];
  const blockedBy = textAt(ready, 'retentionBlockedBy');
  const problems: string[] = [];
  if (typeof offset === 'number' && Math.abs(offset) > NOTABLE_SECONDS) {
    problems.push(
      `The clock of its host is ${Math.abs(offset)} s ${offset > 0 ? 'ahead of' : 'behind'} the clock of PostgreSQL, ` +
        'which the hub uses. Set both by NTP.',
    );
  }
  if (blockedBy !== undefined) problems.push(`It deletes nothing by age, because ${blockedBy}.`);
  return problems;
}
