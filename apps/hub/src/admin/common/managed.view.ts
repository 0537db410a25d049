import type { ManagedBy } from '@patchbay/core';
import type { ManagedDto } from './managed.dto.js';

/** Who may change an object, as the API shows it. */
export function managedView({ managedBy, file }: { managedBy: ManagedBy; file: string | null }): ManagedDto {
  return { managedBy, file };
}
