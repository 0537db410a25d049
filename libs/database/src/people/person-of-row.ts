import type { Person } from '@patchbay/core';
import type { PersonEntity } from '../entities/person.entity.js';

/** Converts a row to the type {@link Person}. */
export function personOf({ id, issuer, subject, name, lastSeenAt, removedAt }: PersonEntity): Person {
  return { id, issuer, subject, name, lastSeenAt: lastSeenAt.getTime(), removedAt: removedAt?.getTime() ?? null };
}
