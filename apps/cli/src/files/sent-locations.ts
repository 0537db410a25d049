import type { SourceLocation } from '@patchbay/config';

/** What the hub takes of each file, of each field and of each file's name. */
const MAX_LOCATIONS = 10_000;
const MAX_FIELD_LENGTH = 2_000;
const MAX_FILE_LENGTH = 500;

/** A source location as the apply body sends it, so that the hub's errors name lines. */
export interface SentLocation extends SourceLocation {
  readonly field: string;
}

/** Selects the source locations of a file that the hub accepts. If there are too many, the outermost are kept. */
export function sentLocations(sourceLocations: ReadonlyMap<string, SourceLocation>): readonly SentLocation[] {
  const taken = [...sourceLocations]
    .map(([field, { file, line }]) => ({ field, file, line }))
    .filter(({ field, file }) => field.length <= MAX_FIELD_LENGTH && file.length <= MAX_FILE_LENGTH);
  if (taken.length <= MAX_LOCATIONS) return taken;
  return taken.sort((a, b) => depthOf(a.field) - depthOf(b.field)).slice(0, MAX_LOCATIONS);
}

function depthOf(field: string): number {
  return field.split(/[.[]/).length;
}
