import { MAX_NAMED_SUPPRESSIONS, type NewSuppression, type OperationalType } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { APPEND_SUPPRESSION_CHANGE } from '../sql/outbox.js';

/** Facts of a suppression that its operational event contains. */
export type ChangedSuppression = Pick<
  NewSuppression,
  'id' | 'reason' | 'channel' | 'purpose' | 'sender' | 'reportedBy'
>;

/**
 * Appends an outbox entry about suppressions that were added or removed, in the transaction of the change. The entry
 * contains no address.
 */
export async function appendSuppressionChange(
  manager: EntityManager,
  brandId: string,
  type: Extract<OperationalType, `suppression.${string}`>,
  changed: readonly ChangedSuppression[],
): Promise<void> {
  if (changed.length === 0) return;
  const suppressions = changed
    .slice(0, MAX_NAMED_SUPPRESSIONS)
    .map(({ id, reason, channel, purpose, sender, reportedBy }) => ({
      id,
      reason,
      channel,
      purpose,
      sender,
      reportedBy,
    }));
  const values = [brandId, type, changed.length, JSON.stringify({ suppressions })];
  await manager.query(APPEND_SUPPRESSION_CHANGE, values);
}
