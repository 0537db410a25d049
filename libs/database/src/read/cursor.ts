import { createHash } from 'node:crypto';
import { CursorError } from '@patchbay/core';

const ID_BYTES = 16;
const TAG_BYTES = 6;
const LENGTH = Buffer.alloc(ID_BYTES + TAG_BYTES).toString('base64url').length;

/** The lists there are cursors of. */
export type ListKind = 'events' | 'deliveries' | 'keys' | 'audit entries' | 'replays' | 'erasures';

/** One list of one brand, whatever its filter: a cursor is good for no other. */
export interface List {
  readonly kind: ListKind;
  /** Empty where the list is not of one brand. */
  readonly brandId: string;
}

/** An opaque cursor that goes on below an id. */
export function encodeCursor(list: List, id: string): string {
  return Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), listTag(list)]).toString('base64url');
}

/**
 * The id that a cursor goes on below.
 * @throws CursorError where this list did not give it out
 */
export function decodeCursor(list: List, cursor: string): string {
  const bytes = Buffer.from(cursor.length === LENGTH ? cursor : '', 'base64url');
  const mark = bytes.subarray(ID_BYTES);
  if (bytes.toString('base64url') !== cursor || !mark.equals(listTag(list))) {
    throw new CursorError(
      `This cursor is not of this list of ${list.kind}. Leave it out to begin at the newest, or give nextCursor as it came.`,
    );
  }
  const hex = bytes.subarray(0, ID_BYTES).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Tells lists apart. Nothing secret: whoever forges one only picks another place in the same list. */
function listTag({ kind, brandId }: List): Buffer {
  return createHash('sha256').update(`${kind}|${brandId.toLowerCase()}`).digest().subarray(0, TAG_BYTES);
}
