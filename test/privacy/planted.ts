import { randomBytes } from 'node:crypto';

/** A kind of value that must not be found anywhere, and the value. */
export interface Planted {
  readonly kind: string;
  readonly value: string;
}

/** The shop's sandbox has customers of its own, so these addresses are among theirs: in the event, and by the resolver. */
const SHOP_KNOWS = [
  ['asha@example.com', "Plus+Tag.o'neil@example.com"],
  ['jose@example.com', 'ben@example.com'],
] as const;

/**
 * Values that say where they came from, one of each kind; different for each round, so that a find names its round.
 * Those of the resolver and of the enrichment are different from the event's.
 */
export function plantedIn(round: number) {
  const shop = SHOP_KNOWS[round % SHOP_KNOWS.length];
  // They differ early: what base64 tells of the end of a value is also true of its neighbours.
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
    /** Identifiers, and values that have not the type of their field: only `pii-less` promises anything about them. */
    identity: {
      email: `planted.identity-${String(round)}@example.com`,
      phone: phone(6),
      textAsNumber: phone(7).slice(1),
      reference: `PLANTED-BILL-${String(round)}`,
      envelopeId: `planted.envelope-${String(round)}@example.com`,
      messageId: phone(8),
      nickname: `Planted-Nickname-${String(round)}`,
    },
    /** Fields that no catalogue knows: only `pii-less` promises anything about them. */
    unknown: { field: `planted unknown value ${String(round)}`, type: `planted in an unknown type ${String(round)}` },
  } as const;
}

/** @see plantedIn */
export type PlantedValues = ReturnType<typeof plantedIn>;

/** The values as a list, `resolver.phone` and the like. */
export function listOf(values: Readonly<Record<string, Readonly<Record<string, string>>>>): readonly Planted[] {
  return Object.entries(values).flatMap(([origin, ofIt]) =>
    Object.entries(ofIt).map(([name, value]) => ({ kind: `${origin}.${name}`, value })),
  );
}

/** Secrets of the brand's own, made anew for each round. */
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

/** @see secretsOf */
export type Secrets = ReturnType<typeof secretsOf>;

/** Harmless, and planted on purpose where they must be found. Every encoding spells them in a way of its own. */
export const CONTROLS: readonly Planted[] = [
  { kind: 'text', value: 'Contrôl value "planted"/here?>~ü' },
  // Not a phone number: a `pii-less` brand removes those, also from a path that it keeps.
  { kind: 'number', value: 'K998871234567+' },
];

/** In the middle of a row so long that it is kept elsewhere: hidden where that is compressed. */
export const LONG_ROW: Planted = { kind: 'long row', value: 'control in the middle of a long row' };
/** The same in an event, whose tables are the hub's own. */
export const LONG_EVENT: Planted = { kind: 'long event', value: 'control in the middle of a long event' };
/** Written and taken away again: a dump does not show it any more. */
export const DELETED: Planted = { kind: 'deleted', value: 'control that was taken away again' };

/** Text so long that it is kept elsewhere, with something in its middle. */
export function longAround(value: string): string {
  return `${FILLER}${value} ${FILLER}`;
}

const FILLER = 'filler '.repeat(2_000);
