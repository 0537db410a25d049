import type { Json, JsonObject } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import type { BrandVault } from '../vault.port.js';
import {
  compilePaths,
  isBelow,
  isContainer,
  keepOnly,
  removeMatching,
  type Judge,
  type PathSet,
  type PathState,
  type Verdict,
} from './paths.js';
import {
  containsContact,
  identifierHash,
  isPersonalIdentifier,
  mayContainPhoneNumber,
  WHOLE_NUMBER,
} from './personal-identifier.js';
import { isContact, safeValue, type IdentifierHasher, type SafeType } from './safe-value.js';
import type { NormalisedEvent, PersonalPaths } from './source-adapter.port.js';
import { spellingsBy } from './spellings.js';

/** Compiled paths that determine which parts of an event of one type are kept. */
interface CompiledPaths {
  /**
   * Paths that `pii-less` keeps. The order is: fields whose type is in {@link types}, hashed identifiers, paths that
   * the brand keeps.
   */
  readonly keep: PathSet;
  /**
   * Declared types of the fields to which the first patterns of {@link keep} belong, in the order of these patterns.
   */
  readonly types: readonly SafeType[];
  /**
   * Index in {@link keep} of the first pattern that the brand named. Text at a path that the brand named is kept unless
   * {@link isContact} returns true for the text.
   */
  readonly firstOfBrand: number;
  /** Paths that the brand declares as personal. */
  readonly own: PathSet;
  readonly platformIds: PathSet;
  /** True if customer ids are read from a personal path, so that they must be hashed. */
  readonly hashesCustomers: boolean;
}

/**
 * Rules of a `pii-less` brand for one event type. The rules keep safe fields whose value has the declared type, and
 * fields that the brand keeps. The rules drop fields that the brand declares as personal, and replace personal
 * identifiers by keyed hashes.
 */
export class PiiLessRules {
  private readonly paths: CompiledPaths;
  private readonly judge: Judge;

  /**
   * @param customerPaths result of {@link SourceAdapter.customerPaths}
   * @param referencePaths paths of which a keyed hash is kept, because `cancelOn` compares the values
   */
  constructor(
    policy: PrivacyPolicy,
    private readonly vault: Pick<BrandVault, 'keyedHash'>,
    catalogue: PersonalPaths,
    customerPaths: readonly string[],
    referencePaths: readonly string[] = [],
  ) {
    const { personal, safe, platformIds = [] } = catalogue;
    const hashed = [...(catalogue.hashed ?? []), ...referencePaths];
    const kept = policy.keep.flatMap(spellingsBy([catalogue]));
    const own = policy.personal.flatMap(withAllBelow);
    const safePaths = safe.map(({ path }) => path);
    const allPersonal = compilePaths([...personal, ...own]);
    this.paths = {
      keep: compilePaths([...safePaths, ...hashed, ...kept.flatMap(withAllBelow)]),
      types: safe.map(({ type }) => type),
      firstOfBrand: safe.length + hashed.length,
      own: compilePaths(own),
      platformIds: compilePaths(platformIds),
      hashesCustomers: customerPaths.some((path) => isBelow(allPersonal, path)),
    };
    this.judge = judgeOf(this.paths, vault);
  }

  /** Returns an event without personal values, and a function that returns the stored form of its customer ids. */
  protect(event: NormalisedEvent): {
    readonly event: NormalisedEvent;
    readonly storedId: (customerId: string) => string;
  } {
    const { keep, own } = this.paths;
    const ids = new StoredIds(event.data, this.paths, this.vault);
    const { kept } = keepOnly(event.data, keep, 'data', this.judge);
    return {
      event: {
        type: ids.typeOf(event),
        eventId: ids.messageId(event.eventId),
        organisation: event.organisation === null ? null : ids.foreign(event.organisation),
        occurredAt: event.occurredAt,
        customerIds: [...new Set(event.customerIds.map((id) => ids.customer(id)))],
        attributes: keepOnly(event.attributes, keep, 'attributes', this.judge).kept,
        data: removeMatching(kept, own, 'data').kept,
      },
      storedId: (id) => ids.customer(id),
    };
  }
}

function judgeOf(rules: CompiledPaths, vault: Pick<BrandVault, 'keyedHash'>): Judge {
  const hash: IdentifierHasher = (identifier, origin) => identifierHash(vault, identifier, origin);
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

/**
 * Returns the patterns for a path named by the brand. The patterns also match everything below the path, because the
 * path may name an object.
 */
export function withAllBelow(path: string): string[] {
  return path.endsWith('**') ? [path] : [path, `${path}.**`];
}

/**
 * Returns the value to keep at a path of the catalogue. Undefined if the path is not in the catalogue or the value does
 * not have the declared type.
 */
function keptValue(
  { patterns }: PathState,
  value: Json,
  { types, firstOfBrand }: CompiledPaths,
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

/**
 * Format of a platform's id. At the path of a platform's id, values in any other format are treated like other
 * identifiers.
 */
const PLATFORM_ID = /^\d{1,19}$/;
/**
 * Prefix of an unkeyed hash of a whole body. `pii-less` must not store an unkeyed hash, because the content of a short
 * body can be found by hashing guesses.
 */
const UNKEYED_HASH = 'sha256:';

/** Ids of one event in their `pii-less` form. The platform's ids are stored unchanged, personal ids as keyed hashes. */
class StoredIds {
  private known: { readonly platform: ReadonlySet<string>; readonly personal: ReadonlySet<string> } | undefined;

  constructor(
    private readonly data: JsonObject,
    private readonly rules: CompiledPaths,
    private readonly vault: Pick<BrandVault, 'keyedHash'>,
  ) {}

  /** Returns the stored form of a customer id. */
  customer(id: string): string {
    const { platform, personal } = this.idsInData();
    if (personal.has(id) || this.rules.hashesCustomers) return this.hash(id);
    return platform.has(id) ? id : this.foreign(id);
  }

  /** Returns the stored form of an identifier that no catalogue declares. */
  foreign(id: string): string {
    return isPersonalIdentifier(id, 'elsewhere') ? this.hash(id) : id;
  }

  /** Returns the stored form of the sender's event id. */
  messageId(id: string): string {
    return id.startsWith(UNKEYED_HASH) || mayContainPhoneNumber(id) ? this.hash(id) : id;
  }

  /** Returns the stored form of the event's type. */
  typeOf({ type }: { readonly type: string }): string {
    return isPersonalIdentifier(type, 'catalogue') ? this.hash(type) : type;
  }

  private hash(id: string): string {
    return identifierHash(this.vault, id);
  }

  /**
   * Collects the ids at the paths of the platform's own ids, and separately the ids at the paths that the brand
   * declares as personal.
   */
  private idsInData(): { readonly platform: ReadonlySet<string>; readonly personal: ReadonlySet<string> } {
    if (this.known !== undefined) return this.known;
    const { platformIds, own } = this.rules;
    const platform = new Set<string>();
    const personal = new Set<string>();
    for (const { path, value } of removeMatching(this.data, platformIds, 'data').removed) {
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      const id = String(value).trim().replace(WHOLE_NUMBER, '$1');
      if (own.matches(['data', ...path.map(String)])) personal.add(id);
      else if (PLATFORM_ID.test(id)) platform.add(id);
    }
    this.known = { platform, personal };
    return this.known;
  }
}
