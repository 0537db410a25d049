import type { HiddenPath } from '@patchbay/mapping';
import { isJson, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import { VaultError, type BrandVault } from '../vault.port.js';
import {
  compilePaths,
  isContainer,
  keepOnly,
  putBack,
  removeMatching,
  type Judge,
  type PathSet,
  type PathState,
  type RemovedValue,
  type Verdict,
} from './paths.js';
import { containsContact, identifierHash } from './personal-identifier.js';
import { isContact, safeValue, type IdentifierHasher, type SafeType } from './safe-value.js';
import type { PersonalPaths, NormalisedEvent } from './source-adapter.port.js';
import { StoredIds } from './pii-less.js';

/** Personal value with its original path: the root `data` or `attributes`, then the path below it. */
export interface PersonalValue extends RemovedValue {
  readonly root: 'data' | 'attributes';
}

/** Returns the path of a personal value in the form that filters use. */
export function hiddenPathOf({ root, path }: PersonalValue): HiddenPath {
  return [root, ...path];
}

/** Event in the form that may be stored. */
export interface ProtectedEvent {
  /** Event without personal values. For `pii-less`, personal identifiers are keyed hashes. */
  readonly event: NormalisedEvent;
  /** Removed values to be sealed for `standard`. Always empty for `pii-less`, which discards them. */
  readonly personal: readonly PersonalValue[];
  /** Returns the stored form of a customer id of the event. */
  readonly storedId: (customerId: string) => string;
}

interface CompiledRules {
  /**
   * Paths that `pii-less` keeps: first the fields with a type in {@link types}, then hashed identifiers, then the paths
   * that the brand keeps.
   */
  readonly keep: PathSet;
  /** Types of the first patterns of {@link keep}. */
  readonly types: readonly SafeType[];
  /**
   * Index in {@link keep} of the first pattern that the brand named. Text at such a path is kept unless {@link
   * isContact} returns true.
   */
  readonly firstOfBrand: number;
  /** Paths that `standard` seals. */
  readonly personal: PathSet;
  /** Paths that the brand declares as personal. */
  readonly own: PathSet;
  readonly platformIds: PathSet;
  /** True if customer ids are read from a personal path. */
  readonly hashesCustomers: boolean;
}

/** Maximum cached event types. The sender chooses the types, so an unbounded cache could fill the memory. */
const MAX_CACHED_TYPES = 1_000;

/** Privacy rules of a brand, compiled once per event type. */
export class PrivacyRules {
  private readonly byType = new Map<string, CompiledRules>();

  /** @param customerPaths see {@link SourceAdapter.customerPaths} */
  constructor(
    private readonly policy: PrivacyPolicy,
    private readonly vault: Pick<BrandVault, 'keyedHash'>,
    private readonly pathsOf: (type: string) => PersonalPaths,
    private readonly customerPaths: readonly string[] = [],
  ) {}

  /**
   * Returns an event in the form that is stored. `standard` separates the personal values, which are then encrypted.
   * `pii-less` keeps safe fields whose value has the declared type, and fields that the brand keeps. It drops fields
   * that the brand declares as personal, and replaces personal identifiers by keyed hashes.
   */
  protect(event: NormalisedEvent): ProtectedEvent {
    const rules = this.rulesFor(event.type);
    return this.policy.mode === 'pii-less' ? this.withoutPersonal(event, rules) : withSealable(event, rules);
  }

  private withoutPersonal(event: NormalisedEvent, rules: CompiledRules): ProtectedEvent {
    const judge = this.judgeOf(rules);
    const ids = new StoredIds(event.data, rules, this.vault);
    const { kept } = keepOnly(event.data, rules.keep, 'data', judge);
    const data = this.policy.personal.length === 0 ? kept : removeMatching(kept, rules.own, 'data').kept;
    return {
      event: {
        type: ids.typeOf(event),
        eventId: ids.messageId(event.eventId),
        organisation: event.organisation === null ? null : ids.foreign(event.organisation),
        occurredAt: event.occurredAt,
        customerIds: [...new Set(event.customerIds.map((id) => ids.customer(id)))],
        attributes: keepOnly(event.attributes, rules.keep, 'attributes', judge).kept,
        data,
      },
      personal: [],
      storedId: (id) => ids.customer(id),
    };
  }

  private judgeOf(rules: CompiledRules): Judge {
    const hash: IdentifierHasher = (identifier, origin) => identifierHash(this.vault, identifier, origin);
    return (at, value, key) => {
      const isKept = at.patterns.some((index) => index >= rules.firstOfBrand);
      if (typeof key === 'string' && (isKept ? isContact(key) : containsContact(key))) return 'remove';
      if (isContainer(value)) return at.dead ? 'remove' : 'enter';
      const isTyped = at.patterns.some((index) => index < rules.types.length);
      if (!isKept || isTyped) return verdictOn(value, keptValue(at, value, rules, hash));
      // The brand keeps this field, and no catalogue declares its type.
      return typeof value === 'string' && isContact(value) ? 'remove' : 'keep';
    };
  }

  private rulesFor(type: string): CompiledRules {
    const known = this.byType.get(type);
    if (known !== undefined) return known;
    const { personal, safe, hashed = [], platformIds = [] } = this.pathsOf(type);
    const own = this.policy.personal.flatMap(withAllBelow);
    const safePaths = safe.map(({ path }) => path);
    const allPersonal = compilePaths([...personal, ...own]);
    const rules = {
      keep: compilePaths([...safePaths, ...hashed, ...this.policy.keep.flatMap(withAllBelow)]),
      types: safe.map((one) => one.type),
      firstOfBrand: safe.length + hashed.length,
      personal: allPersonal,
      own: compilePaths(own),
      platformIds: compilePaths(platformIds),
      hashesCustomers: this.customerPaths.some((path) => isBelow(allPersonal, path)),
    };
    if (this.byType.size >= MAX_CACHED_TYPES) this.byType.clear();
    this.byType.set(type, rules);
    return rules;
  }
}

/** Returns the value to keep at a path of the catalogue. Undefined if the path is not in the catalogue or the type differs. */
function keptValue(
  { patterns }: PathState,
  value: Json,
  { types, firstOfBrand }: CompiledRules,
  hash: IdentifierHasher,
): Json | undefined {
  for (const index of patterns) {
    const type = types[index];
    const kept = type !== undefined ? safeValue(type, value, hash) : undefined;
    if (kept !== undefined) return kept;
    const isHashed = type === undefined && index < firstOfBrand;
    if (isHashed && (typeof value === 'string' || typeof value === 'number')) return hash(String(value), 'catalogue');
  }
  return undefined;
}

function verdictOn(value: Json, kept: Json | undefined): Verdict {
  if (kept === undefined) return 'remove';
  return kept === value ? 'keep' : { replaceBy: kept };
}

function withSealable(event: NormalisedEvent, { personal }: CompiledRules): ProtectedEvent {
  const data = removeMatching(event.data, personal, 'data');
  const attributes = removeMatching(event.attributes, personal, 'attributes');
  return {
    event: {
      type: event.type,
      eventId: event.eventId,
      organisation: event.organisation,
      occurredAt: event.occurredAt,
      customerIds: event.customerIds,
      attributes: attributes.kept,
      data: data.kept,
    },
    personal: [...rooted('data', data.removed), ...rooted('attributes', attributes.removed)],
    storedId: (id) => id,
  };
}

/** Returns true if a set contains a path, or an object on the way to it. */
export function isBelow(set: PathSet, path: string): boolean {
  let state = set.start;
  return path.split('.').some((segment) => {
    state = state.step(segment);
    return state.accepts;
  });
}

/** Returns the patterns for a path named by the brand. Naming an object includes everything below it. */
function withAllBelow(path: string): string[] {
  return path.endsWith('**') ? [path] : [path, `${path}.**`];
}

function rooted(root: PersonalValue['root'], removed: readonly RemovedValue[]): PersonalValue[] {
  return removed.map((value) => ({ root, ...value }));
}

/** Serialises personal values to the text that is sealed. */
export function serialisePersonal(personal: readonly PersonalValue[]): string {
  return JSON.stringify(personal);
}

/** Parses the text made by {@link serialisePersonal}. Throws a VaultError if the text has another format. */
export function parsePersonal(serialised: string): readonly PersonalValue[] {
  const values: unknown = JSON.parse(serialised);
  if (Array.isArray(values) && values.every(isPersonalValue)) return values;
  throw new VaultError(
    'The sealed personal values of an event have an invalid format. Restore the row of the event from a backup.',
  );
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

/** Restores the personal values of an event's data at their original paths. */
export function restoreData(data: JsonObject, personal: readonly PersonalValue[]): JsonObject {
  return putBack(
    data,
    personal.filter(({ root }) => root === 'data'),
  );
}

/** Returns the vault context under which the personal values of an event are sealed, see {@link BrandVault}. */
export function personalContext(eventId: string): string {
  return `event/${eventId}/personal`;
}
