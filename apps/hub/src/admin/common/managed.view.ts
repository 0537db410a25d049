import type { ManagedBy } from '@patchbay/core';
import type { ManagedDto } from './managed.dto.js';

/** Builds the `managedBy` and `file` fields of an object. */
export function managedView({ managedBy, file }: { managedBy: ManagedBy; file: string | null }): ManagedDto {
  return { managedBy, file };
}
