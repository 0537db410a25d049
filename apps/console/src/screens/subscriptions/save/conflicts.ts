import { isSameJson } from '../../../lib/merge-patch';
import { DRAFT_FIELDS, type Draft } from '../model/draft';

/** Field of a draft that two people can change. */
export type DraftField = (typeof DRAFT_FIELDS)[number];

/** Version of a field that a person chooses. */
export type Side = 'yours' | 'theirs';

/** Field whose values differ between two people. */
export interface Difference {
  readonly field: DraftField;
  /** The side that changed the field. Null if both did, so a person must choose. */
  readonly changedBy: Side | null;
}

/** Returns the fields in which two drafts differ, with the side that changed them since `base`. */
export function differences(base: Draft, yours: Draft, theirs: Draft): Difference[] {
  return DRAFT_FIELDS.filter((field) => !isSameJson(yours[field], theirs[field])).map((field) => {
    const [isYours, isTheirs] = [!isSameJson(base[field], yours[field]), !isSameJson(base[field], theirs[field])];
    return { field, changedBy: isYours && isTheirs ? null : isYours ? 'yours' : 'theirs' };
  });
}

/** Returns the draft with the chosen side of each field. A field without a choice keeps your value. */
export function merged(yours: Draft, theirs: Draft, choices: Partial<Record<DraftField, Side>>): Draft {
  const taken = DRAFT_FIELDS.filter((field) => choices[field] === 'theirs');
  return { ...yours, ...Object.fromEntries(taken.map((field) => [field, theirs[field]])) };
}
