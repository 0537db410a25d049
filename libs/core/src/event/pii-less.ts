import type { JsonObject } from '@patchbay/plugin-sdk';
import type { BrandVault } from '../vault.port.js';
import { removeMatching, type PathSet } from './paths.js';
import { identifierHash, mayContainPhoneNumber, isPersonalIdentifier, WHOLE_NUMBER } from './personal-identifier.js';

/** Paths that determine how the ids of an event are stored. */
export interface IdRules {
  readonly platformIds: PathSet;
  /** Paths that the brand declares as personal. */
  readonly own: PathSet;
  readonly hashesCustomers: boolean;
}

/** Format of a platform's id. Other values at the path of a platform's id are treated like any identifier. */
const PLATFORM_ID = /^\d{1,19}$/;
/** Prefix of an unkeyed hash of a whole body. Somebody could find the content of a short body by hashing guesses. */
const UNKEYED_HASH = 'sha256:';

/** Ids of one event in their `pii-less` form. The platform's ids are stored unchanged, personal ids as keyed hashes. */
export class StoredIds {
  private known: { readonly platform: ReadonlySet<string>; readonly personal: ReadonlySet<string> } | undefined;

  constructor(
    private readonly data: JsonObject,
    private readonly rules: IdRules,
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
   * Collects the ids at the paths of the platform's ids, and separately the ids at paths that the brand declares as
   * personal.
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
