import type { PlacedRead } from '@patchbay/mapping';
import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import type { BrandLookups } from '../configuration/lookups.js';
import { RECIPIENT_FIELDS, type Recipient } from '../delivery/recipient.js';
import { didYouMeanPath, unknownPath, type KnownPlace } from './known-paths.js';

/** Maximum number of warnings about one subscription. */
const MAX_WARNINGS = 50;

/** Path in a mapping or filter that has no value, and therefore renders as empty text or never matches. */
export interface PathWarning {
  /** Field that reads the path: `mapping.body` for a field of the message, `when.data.points` for a condition. */
  readonly field: string;
  readonly path: string;
  readonly message: string;
  /** Most similar known path; null if no known path is similar. */
  readonly suggestion: string | null;
}

/** Event whose paths are known. */
export interface KnownEvent {
  readonly envelope: EventEnvelope;
  /** JSON Schema of the data of the event's type; undefined if the source declares no schema. */
  readonly schema: JsonObject | undefined;
  /** Recipient fields that the event itself contains. */
  readonly recipient: Recipient;
  readonly lookups: BrandLookups;
  /** Names of the subscription's enrichments. */
  readonly enrich: readonly string[];
}

/** Paths that a subscription reads. */
export interface SubscriptionReads {
  readonly mapping: readonly PlacedRead[];
  /** Paths of the filter, with `*` for list indexes. */
  readonly filter: readonly string[];
}

/**
 * Finds the paths that neither the schema of the event's type nor the event itself has. An optional value that is only
 * missing in this event gets no warning.
 */
export function pathWarnings(reads: SubscriptionReads, known: KnownEvent): readonly PathWarning[] {
  const placed = [
    ...reads.filter.map((read) => ({ field: `when.${read}`, read })),
    ...reads.mapping.map(({ messagePath, read }) => ({ field: fieldOf(messagePath), read })),
  ];
  const warnings = new Map<string, PathWarning>();
  for (const { field, read } of placed) {
    const warning = warningFor(field, read, known);
    if (warning !== null) warnings.set(`${field}\n${read}`, warning);
    if (warnings.size === MAX_WARNINGS) break;
  }
  return [...warnings.values()];
}

function fieldOf(messagePath: string | null): string {
  return messagePath === null || messagePath === '' ? 'mapping' : `mapping.${messagePath}`;
}

function warningFor(field: string, read: string, known: KnownEvent): PathWarning | null {
  const [root = '', ...segments] = read.split('.');
  const { place, absent } = placeOf(root, segments, known);
  if (place === null) return null;
  const unknown = unknownPath(place, segments, root);
  if (unknown === null) return null;
  const message = `${read} ${absent}, so it has no value.${didYouMeanPath(unknown)}`;
  return { field, path: read, message, suggestion: unknown.suggestion };
}

/** Values below a root of a path. A null place means that any path below the root may have a value. */
interface RootPlace {
  readonly place: KnownPlace | null;
  /** Text that says where the path is missing. */
  readonly absent: string;
}

function placeOf(root: string, segments: readonly string[], known: KnownEvent): RootPlace {
  const { data, ...envelope } = known.envelope;
  const { type } = known.envelope;
  const { schema } = known;
  switch (root) {
    case 'data':
      return {
        place: { value: data, ...(schema === undefined ? {} : { schema }) },
        absent: schema === undefined ? 'is not in this event' : `is not in ${type} and not in this event`,
      };
    case 'event':
      return { place: { value: envelope }, absent: 'is not a field of an event' };
    case 'brand':
      return { place: { value: { name: '', timezone: '' } }, absent: 'is not a field of a brand' };
    case 'recipient':
      return { place: recipientPlace(known), absent: 'is not a field of the recipient' };
    case 'enriched': {
      const isFetched = segments[0] === undefined || segments[0] === '*' || known.enrich.includes(segments[0]);
      const names = Object.fromEntries(known.enrich.map((name) => [name, '']));
      return { place: isFetched ? null : { value: names }, absent: 'is not fetched by `enrich`' };
    }
    default:
      return { place: null, absent: '' };
  }
}

/** Returns the known recipient fields. Null if Capillary's enrichment adds fields that only Capillary knows. */
function recipientPlace({ recipient, lookups: { resolver, enrichment } }: KnownEvent): KnownPlace | null {
  if (enrichment?.capillary !== undefined) return null;
  const added = [resolver?.mapping, ...Object.values(enrichment?.http ?? {}).map((one) => one.recipient)];
  const names = [...RECIPIENT_FIELDS, ...added.flatMap((mapping) => Object.keys(mapping ?? {}))];
  return { value: { ...Object.fromEntries(names.map((name) => [name, ''])), ...recipient } };
}
