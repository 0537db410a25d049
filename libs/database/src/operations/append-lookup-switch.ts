import type { PausedBy } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { APPEND_LOOKUP_SWITCH } from '../sql/outbox.js';

/** Paused or resumed lookup, as its operational event describes it. */
export interface LookupSwitch {
  readonly brandId: string;
  readonly lookup: string;
  /** Revision of the configuration that pauses or resumes the lookup. */
  readonly revision: number;
  readonly by: PausedBy;
  /** Reason of the pause; null if the lookup is resumed. */
  readonly reason: string | null;
}

/** Appends an outbox entry about a paused or resumed lookup, in the transaction that pauses or resumes the lookup. */
export async function appendLookupSwitch(
  manager: EntityManager,
  { brandId, lookup, revision, by, reason }: LookupSwitch,
): Promise<void> {
  const type = reason === null ? 'lookup.resumed' : 'lookup.paused';
  const facts = JSON.stringify({ lookup, revision, by, reason });
  await manager.query(APPEND_LOOKUP_SWITCH, [brandId, type, lookup, String(revision), facts]);
}
