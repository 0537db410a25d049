import { randomBytes } from 'node:crypto';

/** Value that the search must not find in any store, with its label. */
export interface Planted {
  readonly kind: string;
  readonly value: string;
}

/** E-mail addresses of customers in the shop's sandbox: one is in the event, one comes from the resolver. */
const SHOP_KNOWS = [
  ['asha@example.com', "Plus+Tag.o'neil@example.com"],
  ['jose@example.com', 'ben@example.com'],
] as const;

/**
 * Returns personal values of each kind. The values differ between rounds, and between event, resolver and enrichment. A
 * find therefore identifies the round and the origin of a value.
 */
export function plantedIn(round: number) {
  const shop = SHOP_KNOWS[round % SHOP_KNOWS.length];
  // Values differ in their first characters, because the base64 letters at the end of a value also encode neighbouring
  // bytes.
  const phone = (number: number): string => `+919${String(number)}81${String(round)}45670`;
  return {
    event: {
      phone: phone(1),
      email: shop?.[0] ?? '',
      firstName: `Åsha-Planted${String(round)}`,
      lastName: `Nanda-Planted${String(round)}`,
      card: `PLANTED-CARD-4111-${String(round)}`,
      externalId: `PLANTED-EXT-${String(round)}`,
      openId: `planted-open-id-${String(round)}`,
      customField: `planted custom value/${String(round)}`,
      freeText: `Planted words at the counter ${String(round)}`,
      address: `${String(round)} Planted Street`,
      deviceToken: `planted-event-device-token-${String(round)}`,
      ipAddress: `198.51.100.20${String(round)}`,
      secondPhone: phone(2),
      secondEmail: `ravi.planted-${String(round)}@example.com`,
      searchKey: `planted-search-key-${String(round)}`,
      unreadablePhone: phone(3),
      strangersPhone: phone(4),
    },
    resolver: {
      phone: phone(5),
      email: shop?.[1] ?? '',
      firstName: `Résolved-Planted${String(round)}`,
      lastName: `Person-Planted${String(round)}`,
      deviceToken: `planted-resolved-device-token-${String(round)}`,
      errorText: `planted words of the resolver ${String(round)}`,
    },
    enrichment: {
      address: `${String(round)} Planted Avenue, Flat "7"`,
      card: `PLANTED-ENRICHED-5500-${String(round)}`,
      birthday: `planted-birthday-${String(round)}`,
      errorText: `planted words of the enrichment ${String(round)}`,
    },
    /**
     * Identifiers, and values whose type is wrong for their field. Only the mode `pii-less` guarantees that these
     * values are removed.
     */
    identity: {
      email: `planted.identity-${String(round)}@example.com`,
      phone: phone(6),
      textAsNumber: phone(7).slice(1),
      reference: `PLANTED-BILL-${String(round)}`,
      envelopeId: `planted.envelope-${String(round)}@example.com`,
      messageId: phone(8),
      nickname: `Planted-Nickname-${String(round)}`,
    },
    /**
     * Values of fields that no catalogue declares. Only the mode `pii-less` guarantees that these values are removed.
     */
    unknown: { field: `planted unknown value ${String(round)}`, type: `planted in an unknown type ${String(round)}` },
  } as const;
}

/** Personal values that {@link plantedIn} returns. */
export type PlantedValues = ReturnType<typeof plantedIn>;

/** Returns the values as a list with labels such as `resolver.phone`. */
export function listOf(values: Readonly<Record<string, Readonly<Record<string, string>>>>): readonly Planted[] {
  return Object.entries(values).flatMap(([origin, ofIt]) =>
    Object.entries(ofIt).map(([name, value]) => ({ kind: `${origin}.${name}`, value })),
  );
}

/** Returns the secrets of the brand, which differ between rounds. */
export function secretsOf(round: number) {
  const made = (name: string): string => `planted-${name}-${String(round)}-${randomBytes(12).toString('hex')}`;
  return {
    sourceToken: made('source-token'),
    basicPassword: made('basic-password'),
    resolverToken: made('resolver-token'),
    enrichmentToken: made('enrichment-token'),
    pathSecret: made('path-secret'),
    adminKey: made('admin-key'),
    masterKey: randomBytes(32).toString('base64'),
  };
}

/** Secrets that {@link secretsOf} returns. */
export type Secrets = ReturnType<typeof secretsOf>;

/**
 * Control values, which the test plants in each store to prove that the search finds values there. Each encoding spells
 * the control values differently.
 */
export const CONTROLS: readonly Planted[] = [
  { kind: 'text', value: 'Contrôl value "planted"/here?>~ü' },
  // The value is not a phone number, because a `pii-less` brand removes phone numbers even from kept paths.
  { kind: 'number', value: 'K998871234567+' },
];

/**
 * Control value that the search must find, in the middle of a row so long that PostgreSQL stores it out of line
 * (TOAST). PostgreSQL must not compress the row, because the search cannot see into compressed bytes.
 */
export const LONG_ROW: Planted = { kind: 'long row', value: 'control in the middle of a long row' };
/** Control value that the search must find, in the middle of a long event, which the hub stores in its own tables. */
export const LONG_EVENT: Planted = { kind: 'long event', value: 'control in the middle of a long event' };
/** Control value in a row that the test writes and then deletes, so that a dump does not contain the value. */
export const DELETED: Planted = { kind: 'deleted', value: 'control that was deleted again' };

/**
 * Returns a text with the value in its middle. PostgreSQL stores the text out of line (TOAST), because the text is
 * long.
 */
export function longAround(value: string): string {
  return `${FILLER}${value} ${FILLER}`;
}

const FILLER = 'filler '.repeat(2_000);
