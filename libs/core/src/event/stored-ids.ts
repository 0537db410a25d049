import type { JsonObject } from '@patchbay/plugin-sdk';
import type { BrandVault } from '../vault.port.js';
import { removeMatching, type PathSet } from './paths.js';
import { identifierHash, mayContainPhoneNumber, isPersonalIdentifier, WHOLE_NUMBER } from './personal-identifier.js';

/** The paths that decide on the ids of an event. */
export interface IdRules {
  readonly platformIds: PathSet;
  /** What the brand itself calls personal. */
  readonly own: PathSet;
  readonly hashesCustomers: boolean;
}

/** Digits only: anything else at the path of a platform's id is not one. */
const PLATFORM_ID = /^\d{1,19}$/;
/** A hash of a whole body without a key: of a short body it could be found by trying. */
const UNKEYED_HASH = 'sha256:';

/** The ids of one event as `pii-less` stores them: the platform's own as they are, personal ones as keyed hashes. */
export class StoredIds {
  private known: { readonly platform: ReadonlySet<string>; readonly personal: ReadonlySet<string> } | undefined;

  constructor(
    private readonly data: JsonObject,
    private readonly rules: IdRules,
    private readonly vault: Pick<BrandVault, 'keyedHash'>,
  ) {}

  /** A customer id. */
  customer(id: string): string {
    const { platform, personal } = this.idsInData();
    if (personal.has(id) || this.rules.hashesCustomers) return this.hash(id);
    return platform.has(id) ? id : this.foreign(id);
  }

  /** An identifier that no catalogue declares. */
  foreign(id: string): string {
    return isPersonalIdentifier(id, 'elsewhere') ? this.hash(id) : id;
  }

  /** The sender's id of the event. */
  messageId(id: string): string {
    return id.startsWith(UNKEYED_HASH) || mayContainPhoneNumber(id) ? this.hash(id) : id;
  }

  /** The event's type. */
  typeOf({ type }: { readonly type: string }): string {
    return isPersonalIdentifier(type, 'catalogue') ? this.hash(type) : type;
  }

  private hash(id: string): string {
    return identifierHash(this.vault, id);
  }

  /** Ids at the paths of the platform's own, and those of them that the brand calls personal. */
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
