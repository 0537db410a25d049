import { hash, randomFillSync } from 'node:crypto';
import type { Json } from '@patchbay/plugin-sdk';

const RANDOM_BYTES = 10;
/** Maximum value of the 12 bits that follow the time in a UUIDv7 (`rand_a` of RFC 9562). */
const MAX_POSITION = 0xfff;
/** Number of hexadecimal digits of a UUID. */
const UUID_DIGITS = 32;
/**
 * Random bytes for the next ids. The bytes are fetched in advance, because one system call per id would take thirty
 * times as long.
 */
const pool = new Uint8Array(RANDOM_BYTES * 400);
let unused = pool.subarray(0, 0);

/**
 * Creates a UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits. The ids sort by time, and the day in an id
 * determines the partition that stores the row.
 * @param milliseconds since the epoch
 * @param position 0 to 4095, the sort order among ids of the same millisecond. The position keeps the events of one
 * ingest request in the order in which the sender sent them. If left out, the order is random
 */
export function uuidV7(milliseconds: number, position?: number): string {
  if (unused.length === 0) unused = randomFillSync(pool);
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes.set(unused.subarray(0, RANDOM_BYTES), 6);
  unused = unused.subarray(RANDOM_BYTES);
  bytes.writeUInt16BE(0x7000 | ((position ?? bytes.readUInt16BE(6)) & MAX_POSITION), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return formatUuid(bytes.toString('hex'));
}

/** Returns the time of a UUIDv7, in milliseconds since the epoch. */
export function timeOfUuidV7(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Values that identify a delivery. */
export interface DeliveryIdentity {
  readonly eventId: string;
  readonly subscriptionId: string;
  /** UUIDv7 of the replay that creates the delivery. Absent if the delivery does not belong to a replay. */
  readonly replayId?: string;
}

/**
 * Derives the id of a delivery from the time of its event or replay, and a hash of its identity. The same delivery
 * therefore cannot be created twice, and its id determines its partition. Without a replay, the deliveries of one
 * ingest request sort in the order of their events.
 */
export function deliveryId({ eventId, subscriptionId, replayId = '' }: DeliveryIdentity): string {
  const digest = hash('sha256', `${eventId}|${subscriptionId}|${replayId}`);
  return replayId === ''
    ? hashedUuidV7(eventId, eventId.slice(15, 18), digest)
    : hashedUuidV7(replayId, digest.slice(1, 4), digest);
}

/** Derives a UUIDv7 that has the time of `id` and, in its other bits, a hash of `text`. Deterministic. */
export function derivedUuidV7(id: string, text: string): string {
  const digest = hash('sha256', text);
  return hashedUuidV7(id, digest.slice(1, 4), digest);
}

/**
 * Returns a UUIDv7 with the time of `id`, the given position and the bits of a digest.
 * @param position the 12 bits that follow the time, as hexadecimal digits
 * @param digest hexadecimal digits; the first four are not used, because the position takes their place
 */
function hashedUuidV7(id: string, position: string, digest: string): string {
  const variant = (0x8 | (Number.parseInt(digest.charAt(4), 16) & 0x3)).toString(16);
  return `${id.slice(0, 13)}-7${position}-${variant}${digest.slice(5, 8)}-${digest.slice(8, 20)}`;
}

/** Time for which the dedupe key of an event is kept, in milliseconds. */
export const DEDUPE_KEYS_KEPT_MS = 30 * 86_400_000;
/** Number of hexadecimal digits at the start of a dedupe key that depend on the source and the sender's id only. */
const PREFIX_DIGITS = 12;

/**
 * Derives the key that all duplicates of an event share. The key includes organisation and type, because the platform's
 * documentation shows events of two types with the same id. The keys of one sender's id begin with the same digits, so
 * that the index of the keys finds the events with this id.
 */
export function dedupeKey(sourceId: string, organisation: string | null, type: string, eventId: string): string {
  const digest = hash('sha256', JSON.stringify([sourceId, organisation, type, eventId]));
  return formatUuid(keyPrefix(sourceId, eventId) + digest.slice(PREFIX_DIGITS, UUID_DIGITS));
}

/**
 * Returns the lowest and the highest dedupe key that an event with a sender's id can have. Very few keys of other ids
 * are in this range, too.
 */
export function dedupeKeyRange(sourceId: string, eventId: string): readonly [lowest: string, highest: string] {
  const prefix = keyPrefix(sourceId, eventId);
  return [formatUuid(prefix.padEnd(UUID_DIGITS, '0')), formatUuid(prefix.padEnd(UUID_DIGITS, 'f'))];
}

function keyPrefix(sourceId: string, eventId: string): string {
  return hash('sha256', `${sourceId}:${eventId}`).slice(0, PREFIX_DIGITS);
}

/** Hashes a list of values into a UUID. Deterministic and one-way. */
export function hashedUuid(values: readonly Json[]): string {
  return formatUuid(hash('sha256', JSON.stringify(values)));
}

/** Formats the first 32 hexadecimal digits of a text as a UUID. */
function formatUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
