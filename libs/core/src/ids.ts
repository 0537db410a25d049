import { hash, randomFillSync } from 'node:crypto';
import type { Json } from '@patchbay/plugin-sdk';

/**
 * A UUIDv7 of a moment (RFC 9562): 48 bits of milliseconds, then random bits. Sorts by time, and its day says in which
 * partition it is kept.
 */
export function uuidV7(milliseconds: number, bits: Uint8Array = randomBits()): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes.set(bits.subarray(0, BITS_BYTES), 6);
  return stampVersion7(bytes);
}

/**
 * A UUIDv7 that also sorts by a position among ids of the same millisecond: events of one call keep the order in which
 * they were sent.
 * @param position 0 to 4095
 */
export function uuidV7WithPosition(milliseconds: number, position: number): string {
  return uuidV7(milliseconds, withPosition(randomBits(), position));
}

/** Writes a position into the 12 bits that follow the time (`rand_a` of RFC 9562). */
function withPosition(bits: Uint8Array, position: number): Uint8Array {
  const positioned = Buffer.from(bits);
  positioned.writeUInt16BE(position & MAX_POSITION, 0);
  return positioned;
}

/** The 12 bits that follow the time of a UUIDv7. */
function positionOf(id: string): number {
  return Number.parseInt(id.slice(15, 18), 16);
}

const MAX_POSITION = 0xfff;
const BITS_BYTES = 10;
const pool = new Uint8Array(BITS_BYTES * 400);
let unused = pool.subarray(0, 0);

/** Fresh random bytes out of a pool: asking the system for each id apart takes thirty times as long. */
function randomBits(): Uint8Array {
  if (unused.length === 0) unused = randomFillSync(pool);
  const bits = unused.subarray(0, BITS_BYTES);
  unused = unused.subarray(BITS_BYTES);
  return bits;
}

/** The moment of a UUIDv7, in milliseconds since the epoch. */
export function timeOfUuidV7(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** What makes a delivery the one it is. */
export interface DeliveryIdentity {
  readonly eventId: string;
  readonly subscriptionId: string;
  /** A UUIDv7, where a replay asked for it. */
  readonly replayId?: string;
}

/**
 * The id of a delivery: the time of its event (or of its replay), then a hash of what it is. So the same delivery cannot
 * be made twice, and its partition is known from the id. Deliveries of one call sort as their events do.
 */
export function deliveryId({ eventId, subscriptionId, replayId = '' }: DeliveryIdentity): string {
  const text = `${eventId}|${subscriptionId}|${replayId}`;
  if (replayId !== '') return derivedUuidV7(replayId, text);
  return uuidV7(timeOfUuidV7(eventId), withPosition(hash('sha256', text, 'buffer'), positionOf(eventId)));
}

/** A UUIDv7 of the time of another one, its other bits a hash: the same for the same text. */
export function derivedUuidV7(id: string, text: string): string {
  return uuidV7(timeOfUuidV7(id), hash('sha256', text, 'buffer'));
}

/** What duplicates of an event share. Organisation and type are part of it: documented events of two types share an id. */
export function dedupeKey(sourceId: string, organisation: string | null, type: string, eventId: string): string {
  return hashedUuid([sourceId, organisation, type, eventId]);
}

/** A hash of several values, in the form of a UUID: the same for the same values, and no way back. */
export function hashedUuid(values: readonly Json[]): string {
  return formatUuid(hash('sha256', JSON.stringify(values), 'buffer').subarray(0, 16));
}

function stampVersion7(bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return formatUuid(bytes);
}

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
