import type { SourceLocation } from '@patchbay/config';

/** Limits of the hub: locations per file, characters per field, and characters per file name. */
const MAX_LOCATIONS = 10_000;
const MAX_FIELD_LENGTH = 2_000;
const MAX_FILE_LENGTH = 500;

/** Source location in the apply body. The hub uses it to name lines in its errors. */
export interface SentLocation extends SourceLocation {
  readonly field: string;
}

/**
 * Selects the source locations of a file that the hub accepts. If there are too many, keeps the locations of the
 * outermost fields.
 */
export function sentLocations(sourceLocations: ReadonlyMap<string, SourceLocation>): readonly SentLocation[] {
  const accepted = [...sourceLocations]
    .map(([field, { file, line }]) => ({ field, file, line }))
    .filter(({ field, file }) => field.length <= MAX_FIELD_LENGTH && file.length <= MAX_FILE_LENGTH);
  if (accepted.length <= MAX_LOCATIONS) return accepted;
  return accepted.sort((a, b) => depthOf(a.field) - depthOf(b.field)).slice(0, MAX_LOCATIONS);
}

function depthOf(field: string): number {
  return field.split(/[.[]/).length;
}
