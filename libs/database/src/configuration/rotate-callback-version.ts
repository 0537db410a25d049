import type { Actor } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { lockDestination, publishChange } from './revision.js';

/**
 * Statement that creates the next version of a callback URL. Uses PostgreSQL's time, because the hub uses the same time
 * to check if the previous URL has expired.
 */
const ROTATE = `
UPDATE destinations
SET callback_version = callback_version + 1, callback_previous_until = clock_timestamp() + interval '7 days'
WHERE id = $1`;

/**
 * Creates the next version of a destination's callback URL, in one transaction. Does nothing if the destination was
 * deleted.
 */
export function rotateCallback(dataSource: DataSource, destinationId: string, actor: Actor): Promise<void> {
  return dataSource.transaction(async (manager) => {
    const row = await lockDestination(manager, destinationId);
    if (row === null) return;
    await manager.query(ROTATE, [destinationId]);
    const name = `${row.brand.name}/${row.name}`;
    const auditedChange = {
      change: { action: 'update', kind: 'destination', name, fields: ['callbackVersion'] },
      verb: 'rotateCallback',
      before: { callbackVersion: row.callbackVersion },
      after: { callbackVersion: row.callbackVersion + 1 },
    } as const;
    await publishChange(manager, row.brandId, actor, auditedChange);
  });
}
