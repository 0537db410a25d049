import { isJson, type EventEnvelope, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import type { BrandRecord, SourceRecord } from '../configuration/configuration-snapshot.js';
import type { ClaimedEvent } from '../delivery/delivery.js';
import { VaultError, type BrandVault } from '../vault.port.js';
import { compilePaths, isContainer, removeMatching, setOwn, type PathSet, type RemovedValue } from './paths.js';
import type { PersonalValue } from './personal-value.js';
import { PiiLessRules, withAllBelow } from './pii-less.js';
import type { NormalisedEvent, PersonalPaths } from './source-adapter.port.js';

/** Event in the form that may be stored. */
export interface ProtectedEvent {
  /** Event without personal values. For a `pii-less` brand, personal identifiers are replaced by keyed hashes. */
  readonly event: NormalisedEvent;
  /** Removed values, which `standard` seals. Always empty for `pii-less`, which discards the removed values. */
  readonly personal: readonly PersonalValue[];
  /** Returns the stored form of a customer id of the event. */
  readonly storedId: (customerId: string) => string;
}

/**
 * Maximum number of cached event types. The cache is bounded, because the sender chooses the types and could otherwise
 * fill the memory.
 */
const MAX_CACHED_TYPES = 1_000;

/** Privacy rules of a brand, compiled once per event type. */
export class PrivacyRules {
  /** By event type: the rules of `pii-less`, or the paths that `standard` seals. */
  private readonly byType = new Map<string, PiiLessRules | PathSet>();

  /**
   * @param customerPaths result of {@link SourceAdapter.customerPaths}
   * @param referencePaths paths that `cancelOn` of the brand's subscriptions compares
   */
  constructor(
    private readonly policy: PrivacyPolicy,
    private readonly vault: Pick<BrandVault, 'keyedHash'>,
    private readonly pathsOf: (type: string) => PersonalPaths,
    private readonly customerPaths: readonly string[] = [],
    private readonly referencePaths: readonly string[] = [],
  ) {}

  /**
   * Returns an event in the form that is stored. For `standard`, the personal values are returned separately, so that
   * the caller can seal them.
   */
  protect(event: NormalisedEvent): ProtectedEvent {
    const rules = this.byType.get(event.type) ?? this.compile(event.type);
    if (rules instanceof PiiLessRules) return { ...rules.protect(event), personal: [] };
    const data = removeMatching(event.data, rules, 'data');
    const attributes = removeMatching(event.attributes, rules, 'attributes');
    const personal: PersonalValue[] = [];
    for (const { path, value } of data.removed) personal.push({ root: 'data', path, value });
    for (const { path, value } of attributes.removed) personal.push({ root: 'attributes', path, value });
    return {
      event: { ...event, attributes: attributes.kept, data: data.kept },
      personal,
      storedId: (id) => id,
    };
  }

  private compile(type: string): PiiLessRules | PathSet {
    const paths = this.pathsOf(type);
    const rules =
      this.policy.mode === 'pii-less'
        ? new PiiLessRules(this.policy, this.vault, paths, this.customerPaths, this.referencePaths)
        : compilePaths([...paths.personal, ...this.policy.personal.flatMap(withAllBelow)]);
    if (this.byType.size >= MAX_CACHED_TYPES) this.byType.clear();
    this.byType.set(type, rules);
    return rules;
  }
}

/** Decrypts the personal values of an event. Empty for `pii-less`. Throws a VaultError if decryption fails. */
export function openPersonal(
  { id, sealed }: Pick<ClaimedEvent, 'id' | 'sealed'>,
  vault: Pick<BrandVault, 'open'>,
): readonly PersonalValue[] {
  return sealed === null ? [] : parsePersonal(vault.open(personalContext(id), sealed));
}

/** Returns an event with its personal values at their original paths. Throws a VaultError if decryption fails. */
export function openEvent(
  event: ClaimedEvent,
  {
    brand,
    record,
  }: { readonly brand: Pick<BrandRecord, 'name' | 'vault'>; readonly record: Pick<SourceRecord, 'name'> },
  personal: readonly PersonalValue[] = openPersonal(event, brand.vault),
): EventEnvelope {
  return {
    id: event.id,
    type: event.type,
    brand: brand.name,
    source: record.name,
    customerId: event.customerId,
    occurredAt: new Date(event.occurredAt).toISOString(),
    receivedAt: new Date(event.receivedAt).toISOString(),
    data: personal.length === 0 ? event.data : restoreData(event.data, personal),
  };
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

/**
 * Restores removed values. Inverse of `keepOnly` and `removeMatching`, except for the order of keys. The arguments are
 * not changed, but the result may share nested values with the arguments.
 */
export function putBack(kept: JsonObject, removed: readonly RemovedValue[]): JsonObject {
  const whole = copyOf(kept);
  const copies = new Set<Json>([whole]);
  for (const { path, value } of removed) {
    let parent: JsonObject | Json[] = whole;
    path.forEach((segment, index) => {
      if (index === path.length - 1) setAt(parent, segment, value);
      else parent = copiedChild(parent, segment, path[index + 1], copies);
    });
  }
  return whole;
}

/**
 * Returns the child at a path segment. The child is copied once, before its first change. Unchanged values remain
 * shared.
 */
function copiedChild(
  parent: JsonObject | Json[],
  segment: string | number,
  next: string | number | undefined,
  copies: Set<Json>,
): JsonObject | Json[] {
  const known = ownAt(parent, segment);
  if (known !== undefined && isContainer(known)) {
    if (copies.has(known)) return known;
    const copy = Array.isArray(known) ? [...known] : copyOf(known);
    copies.add(copy);
    setAt(parent, segment, copy);
    return copy;
  }
  const created: JsonObject | Json[] = typeof next === 'number' ? [] : {};
  copies.add(created);
  setAt(parent, segment, created);
  return created;
}

/** Copies an object key by key, because V8 would create a hidden class for a key that is added to `{ ...object }`. */
function copyOf(object: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const [key, value] of Object.entries(object)) setOwn(copy, key, value);
  return copy;
}

function ownAt(parent: JsonObject | Json[], segment: string | number): Json | undefined {
  if (Array.isArray(parent)) return typeof segment === 'number' ? parent[segment] : undefined;
  const key = String(segment);
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function setAt(parent: JsonObject | Json[], segment: string | number, value: Json): void {
  if (!Array.isArray(parent)) setOwn(parent, String(segment), value);
  else if (typeof segment === 'number') parent[segment] = value;
}
