import { isJson, type JsonObject } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import { VaultError } from '../vault.port.js';
import { compilePaths, keepOnly, putBack, removeMatching, type PathSet, type RemovedValue } from './paths.js';
import type { PersonalPaths } from './source-adapter.port.js';

/** A personal value and where it stood: `data` or `attributes`, then the way from there. */
export interface PersonalValue extends RemovedValue {
  readonly root: 'data' | 'attributes';
}

/** What may be stored in the clear, and what must be sealed first. */
export interface PrivateSplit {
  readonly data: JsonObject;
  readonly attributes: JsonObject;
  /** Sealed beside the event in `standard`; always empty in `pii-less`, where it is gone. */
  readonly personal: readonly PersonalValue[];
}

interface CompiledRules {
  /** What `pii-less` keeps. */
  readonly keep: PathSet;
  /** What `standard` seals. */
  readonly personal: PathSet;
  /** What the brand itself calls personal. */
  readonly own: PathSet;
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
   * Divides an event. In `pii-less` only safe paths and the brand's own `keep` remain of its data, less what the brand
   * calls `personal`; in `standard` the personal values are taken out to be sealed. Of the envelope's attributes the
   * personal ones go in both.
   */
  split(type: string, data: JsonObject, attributes: JsonObject): PrivateSplit {
    const rules = this.rulesFor(type);
    const envelope = removeMatching(attributes, rules.personal, 'attributes');
    if (this.policy.mode === 'pii-less') {
      const { kept } = keepOnly(data, rules.keep, 'data');
      return { data: removeMatching(kept, rules.own, 'data').kept, attributes: envelope.kept, personal: [] };
    }
    const { kept, removed } = removeMatching(data, rules.personal, 'data');
    const personal = [...rooted('data', removed), ...rooted('attributes', envelope.removed)];
    return { data: kept, attributes: envelope.kept, personal };
  }

  private rulesFor(type: string): CompiledRules {
    const known = this.byType.get(type);
    if (known !== undefined) return known;
    const { personal, safe } = this.pathsOf(type);
    const own = this.policy.personal.flatMap(withAllBelow);
    const rules = {
      keep: compilePaths([...safe, ...this.policy.keep.flatMap(withAllBelow)]),
      personal: compilePaths([...personal, ...own]),
      own: compilePaths(own),
    };
    if (this.byType.size >= MAX_REMEMBERED_TYPES) this.byType.clear();
    this.byType.set(type, rules);
    return rules;
  }
}

/** A brand that names an object means all of it. */
function withAllBelow(path: string): string[] {
  return path.endsWith('**') ? [path] : [path, `${path}.**`];
}

function rooted(root: PersonalValue['root'], removed: readonly RemovedValue[]): PersonalValue[] {
  return removed.map((value) => ({ root, ...value }));
}

/** The text that is sealed for an event's personal values. */
export function serialisePersonal(personal: readonly PersonalValue[]): string {
  return JSON.stringify(personal);
}

/** Undoes {@link serialisePersonal}. Throws a VaultError where the text is none that it made. */
export function parsePersonal(serialised: string): readonly PersonalValue[] {
  const values: unknown = JSON.parse(serialised);
  if (Array.isArray(values) && values.every(isPersonalValue)) return values;
  throw new VaultError('What is sealed as the personal values of an event is no list of them.');
}

function isPersonalValue(value: unknown): value is PersonalValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    'root' in value &&
    (value.root === 'data' || value.root === 'attributes') &&
    'path' in value &&
    Array.isArray(value.path) &&
    value.path.every((segment) => typeof segment === 'string' || typeof segment === 'number') &&
    'value' in value &&
    isJson(value.value)
  );
}

/** Puts the personal values of an event's data back where they were. */
export function restoreData(data: JsonObject, personal: readonly PersonalValue[]): JsonObject {
  return putBack(
    data,
    personal.filter(({ root }) => root === 'data'),
  );
}

/** Where the personal values of an event are sealed: see {@link BrandVault}. */
export function personalContext(eventId: string): string {
  return `event/${eventId}/personal`;
}
