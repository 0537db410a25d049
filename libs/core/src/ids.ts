import { hash, randomFillSync } from 'node:crypto';
import type { Json } from '@patchbay/plugin-sdk';

/**
 * Creates a UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits. The ids sort by time, and the day of an id
 * determines the partition that stores its row.
 * @param milliseconds since the epoch
 */
export function uuidV7(milliseconds: number, bits: Uint8Array = randomBits()): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes.set(bits.subarray(0, BITS_BYTES), 6);
  return stampVersion7(bytes);
}

/**
 * Creates a UUIDv7 that sorts by `position` among the ids of the same millisecond. The events of one ingest request
 * therefore keep the order in which they were sent.
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

/** Returns the 12 bits that follow the time of a UUIDv7. */
function positionOf(id: string): number {
  return Number.parseInt(id.slice(15, 18), 16);
}

const MAX_POSITION = 0xfff;
const BITS_BYTES = 10;
const pool = new Uint8Array(BITS_BYTES * 400);
let unused = pool.subarray(0, 0);

/** Returns random bytes from a pool. One system call per id would take thirty times as long. */
function randomBits(): Uint8Array {
  if (unused.length === 0) unused = randomFillSync(pool);
  const bits = unused.subarray(0, BITS_BYTES);
  unused = unused.subarray(BITS_BYTES);
  return bits;
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
 * Derives the id of a delivery: the time of its event or of its replay, followed by a hash of its identity. The same
 * delivery therefore cannot be created twice, and its id determines its partition. Without a replay, the deliveries of
 * one ingest request sort in the order of their events.
 */
export function deliveryId({ eventId, subscriptionId, replayId = '' }: DeliveryIdentity): string {
  const text = `${eventId}|${subscriptionId}|${replayId}`;
  if (replayId !== '') return derivedUuidV7(replayId, text);
  return uuidV7(timeOfUuidV7(eventId), withPosition(hash('sha256', text, 'buffer'), positionOf(eventId)));
}

/** Derives a UUIDv7 with the time of `id` and a hash of `text` in its other bits. Deterministic. */
export function derivedUuidV7(id: string, text: string): string {
  return uuidV7(timeOfUuidV7(id), hash('sha256', text, 'buffer'));
}

/**
 * Derives the key that all duplicates of an event share. The key includes organisation and type, because the platform's
 * documentation shows events of two types with the same id.
 */
export function dedupeKey(sourceId: string, organisation: string | null, type: string, eventId: string): string {
  return hashedUuid([sourceId, organisation, type, eventId]);
}

/** Hashes several values into the form of a UUID. Deterministic and one-way. */
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
