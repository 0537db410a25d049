import type { Json } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import type { BrandVault } from '../vault.port.js';
import { compilePaths, isBelow, valueAt } from './paths.js';
import { identifierHash, isPersonalIdentifier, normalisedIdentifier, WHOLE_NUMBER } from './personal-identifier.js';
import type { NormalisedEvent, SourceAdapter } from './source-adapter.port.js';

/** Identifier that the `customer` of a source picked from an event, in the stored form. */
export interface CustomerKey {
  readonly key: string;
  /**
   * The platform's id of the same customer. Null if the event does not contain this id, or if this id is the key.
   */
  readonly platformId: string | null;
}

/** Maximum length of a key. Longer values are ignored. */
const MAX_LENGTH = 200;
/** Maximum length of a value with the blanks and control characters around its key. Longer values are not read. */
const MAX_RAW_LENGTH = 1_000;
const PATH = String.raw`data(?:\.[^\s.|{}'"*\[\]]+)+`;
const TEMPLATE = new RegExp(String.raw`^\{\{-?\s*(${PATH}(?:\s*\|\s*default\s*:\s*${PATH})*)\s*-?\}\}$`);
/** Values by which platforms say that they have no identifier. */
const NO_IDENTIFIER = /^(?:[+-]?0*|null|undefined)$/i;

/**
 * Returns the paths that the `customer` template of a source reads, in their order. Null if the template is not one
 * output of a path of the event's data, with further paths after `default`.
 */
export function customerPathsOf(template: string): readonly string[] | null {
  const [, chain] = TEMPLATE.exec(template.trim()) ?? [];
  return chain === undefined ? null : chain.split('|').map((part) => part.replace(/^\s*default\s*:/, '').trim());
}

/** Reader of the customer's key from the events of one source. */
export class CustomerKeys {
  private readonly paths: readonly { readonly path: string; readonly isPersonal: boolean }[];

  /** @param template valid `customer` template; an invalid template picks nothing */
  constructor(
    template: string,
    private readonly adapter: SourceAdapter,
    private readonly privacy: PrivacyPolicy,
    private readonly vault: Pick<BrandVault, 'keyedHash'>,
  ) {
    // An identifier must have the same form in events of all types, so its path is personal if one type declares it so.
    const types = ['', ...adapter.catalogue().map(({ type }) => type)];
    const declared = new Set(types.flatMap((type) => adapter.personalPaths(type).personal));
    const personal = compilePaths([...declared, ...privacy.personal]);
    this.paths = (customerPathsOf(template) ?? []).map((path) => ({ path, isPersonal: isBelow(personal, path) }));
  }

  /**
   * Reads the key of an event that still has its personal values. Null if the event has no value at any of the paths.
   * Null too if the value is the first of the event's customer ids, which is the key in any case.
   * @param storedId result of `PrivacyRules.protect`
   */
  read(event: NormalisedEvent, storedId: (customerId: string) => string): CustomerKey | null {
    for (const { path, isPersonal } of this.paths) {
      const value = identifierIn(valueAt(event.data, path));
      if (value === null) continue;
      if (value === event.customerIds[0]) return null;
      const key = event.customerIds.includes(value) ? storedId(value) : this.storedForm(value, isPersonal);
      const main = this.adapter.subjectOf === undefined ? event.customerIds[0] : this.adapter.subjectOf(event);
      const platformId = main === undefined || main === null ? null : storedId(main);
      return { key, platformId: platformId === key ? null : platformId };
    }
    return null;
  }

  private storedForm(value: string, isPersonal: boolean): string {
    const { mode } = this.privacy;
    if (mode === 'pii-less' && (isPersonal || isPersonalIdentifier(value, 'elsewhere'))) {
      return identifierHash(this.vault, value);
    }
    const normalised = normalisedIdentifier(value, isPersonal ? 'elsewhere' : 'catalogue');
    // One character may become many, and PostgreSQL's indexes refuse long values.
    return normalised.length > MAX_LENGTH ? value : normalised;
  }
}

/** Returns an identifier as text that PostgreSQL can store. Null if the value is not an identifier. */
function identifierIn(value: Json | undefined): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  if (typeof value !== 'string' || value.length > MAX_RAW_LENGTH) return null;
  const text = value
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .trim()
    .replace(WHOLE_NUMBER, '$1');
  return text.length > MAX_LENGTH || NO_IDENTIFIER.test(text) ? null : text;
}
