import type { HiddenPath } from '@patchbay/mapping';
import { isJson, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import { VaultError, type BrandVault } from '../vault.port.js';
import type { NormalisedEvent } from './normalised-event.js';
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
import type { PersonalPaths } from './source-adapter.port.js';
import { StoredIds } from './stored-ids.js';

/** A personal value and where it stood: `data` or `attributes`, then the way from there. */
export interface PersonalValue extends RemovedValue {
  readonly root: 'data' | 'attributes';
}

/** The path of a personal value, as filters know it. */
export function hiddenPathOf({ root, path }: PersonalValue): HiddenPath {
  return [root, ...path];
}

/** An event as it may be stored. */
export interface ProtectedEvent {
  /** `pii-less`: without personal values, personal identifiers as keyed hashes. `standard`: without personal values. */
  readonly event: NormalisedEvent;
  /** Sealed beside the event in `standard`; always empty in `pii-less`, where they are gone. */
  readonly personal: readonly PersonalValue[];
  /** The form in which a customer id of the event is stored. */
  readonly storedId: (customerId: string) => string;
}

interface CompiledRules {
  /** What `pii-less` keeps: the fields of {@link types}, then hashed identifiers, then what the brand keeps. */
  readonly keep: PathSet;
  /** The types of the first patterns of {@link keep}. */
  readonly types: readonly SafeType[];
  /** Index of the first pattern of {@link keep} that the brand named: text there is kept unless {@link isContact}. */
  readonly firstOfBrand: number;
  /** What `standard` seals. */
  readonly personal: PathSet;
  /** What the brand itself calls personal. */
  readonly own: PathSet;
  readonly platformIds: PathSet;
  /** A path that customer ids are read from is personal. */
  readonly hashesCustomers: boolean;
}

// Types are the sender's words: without a bound they would fill the memory.
const MAX_REMEMBERED_TYPES = 1_000;

/** A brand's privacy, compiled once for each event type. */
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
   * The form of an event that is stored. `pii-less` keeps safe fields that have their type and what the brand keeps,
   * less what the brand calls personal, and turns personal identifiers into keyed hashes. `standard` takes the personal
   * values out, to be sealed.
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
      // The brand keeps it, and no catalogue says what it is.
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
    if (this.byType.size >= MAX_REMEMBERED_TYPES) this.byType.clear();
    this.byType.set(type, rules);
    return rules;
  }
}

/** The value to keep at a path of the catalogue; undefined if the path is none of them, or the value has not its type. */
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

/** Whether a path, or an object that it stands in, is named. */
export function isBelow(set: PathSet, path: string): boolean {
  let state = set.start;
  return path.split('.').some((segment) => {
    state = state.step(segment);
    return state.accepts;
  });
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
