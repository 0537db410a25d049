import type { OperationalType } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import type { SwitchFacts } from './outbox-rows.js';
import { APPEND_DESTINATION_SWITCH } from '../sql/outbox.js';

/**
 * Appends an outbox entry about a destination that was paused or resumed, or that may be failing, in the transaction of
 * the change. Does nothing if there is an entry with the same type, destination and version.
 */
export async function appendDestinationSwitch(
  manager: EntityManager,
  type: Extract<OperationalType, `destination.${string}`>,
  brandId: string,
  facts: SwitchFacts,
): Promise<void> {
  const { destinationId, version } = facts;
  await manager.query(APPEND_DESTINATION_SWITCH, [
    ...[brandId, type, destinationId],
    ...[String(version), JSON.stringify(facts)],
  ]);
}
