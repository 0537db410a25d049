import type { Place } from '@patchbay/config';

/** What the hub takes of each file, of each field and of each file's name. */
const MAX_PLACES = 10_000;
const MAX_FIELD_LENGTH = 2_000;
const MAX_FILE_LENGTH = 500;

/** A place as it is sent: so that the hub's errors name lines, whoever reads them. */
export interface SentPlace extends Place {
  readonly field: string;
}

/** The places of a file that the hub takes; of too many the outermost, which stand in for those below them. */
export function sentPlaces(places: ReadonlyMap<string, Place>): readonly SentPlace[] {
  const taken = [...places]
    .map(([field, { file, line }]) => ({ field, file, line }))
    .filter(({ field, file }) => field.length <= MAX_FIELD_LENGTH && file.length <= MAX_FILE_LENGTH);
  if (taken.length <= MAX_PLACES) return taken;
  return taken.sort((a, b) => depthOf(a.field) - depthOf(b.field)).slice(0, MAX_PLACES);
}

function depthOf(field: string): number {
  return field.split(/[.[]/).length;
}
