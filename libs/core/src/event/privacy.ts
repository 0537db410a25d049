import type { Json, JsonObject } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import { compilePaths, keepOnly, putBack, removeMatching, type PathSet, type RemovedValue } from './paths.js';
import type { PersonalPaths } from './source-adapter.port.js';

/** What may be stored in the clear, and what must be sealed first. */
export interface PrivateSplit {
  readonly data: JsonObject;
  /** Sealed beside the event in `standard`; always empty in `pii-less`, where it is gone. */
  readonly personal: readonly RemovedValue[];
}

interface CompiledRules {
  readonly keep: PathSet;
  readonly remove: PathSet;
}

// Types are the sender's words: without a bound they would fill the memory.
const MAX_REMEMBERED_TYPES = 1_000;

/** A brand's privacy, compiled once for each event type. */
export class PrivacyRules {
  private readonly byType = new Map<string, CompiledRules>();

  constructor(
    private readonly policy: PrivacyPolicy,
    private readonly pathsOf: (type: string) => PersonalPaths,
  ) {}

  /**
   * Divides an event's data. In `pii-less` only safe paths and the brand's own `keep` remain, less what the brand calls
   * `personal`; in `standard` the personal values are taken out to be sealed.
   */
  split(type: string, data: JsonObject): PrivateSplit {
    const rules = this.rulesFor(type);
    if (this.policy.mode === 'pii-less') {
      const { kept } = keepOnly(data, rules.keep, 'data');
      return { data: removeMatching(kept, rules.remove, 'data').kept, personal: [] };
    }
    const { kept, removed } = removeMatching(data, rules.remove, 'data');
    return { data: kept, personal: removed };
  }

  private rulesFor(type: string): CompiledRules {
    const known = this.byType.get(type);
    if (known !== undefined) return known;
    const { personal, safe } = this.pathsOf(type);
    const rules =
      this.policy.mode === 'pii-less'
        ? { keep: compilePaths([...safe, ...this.policy.keep]), remove: compilePaths(this.policy.personal) }
        : { keep: compilePaths([]), remove: compilePaths([...personal, ...this.policy.personal]) };
    if (this.byType.size >= MAX_REMEMBERED_TYPES) this.byType.clear();
    this.byType.set(type, rules);
    return rules;
  }
}

/** The text that is sealed for an event's personal values. */
export function serialisePersonal(personal: readonly RemovedValue[]): string {
  return JSON.stringify(personal.map(({ path, value }) => [path, value]));
}

/** Undoes {@link serialisePersonal} and puts the values back where they were. */
export function restorePersonal(data: JsonObject, serialised: string): JsonObject {
  const entries = JSON.parse(serialised) as [(string | number)[], Json][];
  return putBack(
    data,
    entries.map(([path, value]) => ({ path, value })),
  );
}

/** Where the personal values of an event are sealed: see {@link BrandVault}. */
export function personalContext(eventId: string): string {
  return `event/${eventId}/personal`;
}
