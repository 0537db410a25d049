import { createHash } from 'node:crypto';
import { CursorError } from '@patchbay/core';

const ID_BYTES = 16;
const TAG_BYTES = 6;
const LENGTH = Buffer.alloc(ID_BYTES + TAG_BYTES).toString('base64url').length;

/** Kinds of lists that have cursors. */
export type ListKind =
  | 'events'
  | 'deliveries'
  | 'keys'
  | 'people'
  | 'audit entries'
  | 'replays'
  | 'erasures'
  | 'versions'
  | 'suppressions'
  | 'imports';

/** List to which a cursor belongs. The cursor stays valid if the filter of the list changes. */
export interface List {
  readonly kind: ListKind;
  /** Id of the brand, of the subscription of versions, or of the source of imports. Empty if the list is not limited to one brand. */
  readonly brandId: string;
}

/** Returns an opaque cursor for the page that continues below an id. */
export function encodeCursor(list: List, id: string): string {
  return Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), listTag(list)]).toString('base64url');
}

/**
 * Returns the id that a cursor contains. The next page contains lower ids only.
 * @throws CursorError if the cursor does not belong to the list
 */
export function decodeCursor(list: List, cursor: string): string {
  const bytes = Buffer.from(cursor.length === LENGTH ? cursor : '', 'base64url');
  const tag = bytes.subarray(ID_BYTES);
  if (bytes.toString('base64url') !== cursor || !tag.equals(listTag(list))) {
    throw new CursorError(
      `The cursor does not belong to this list of ${list.kind}. Omit it to start with the newest entry, or pass nextCursor unchanged.`,
    );
  }
  const hex = bytes.subarray(0, ID_BYTES).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Returns a tag that identifies a list. The tag need not be secret, because a forged cursor only selects another
 * position in the same list.
 */
function listTag({ kind, brandId }: List): Buffer {
  return createHash('sha256').update(`${kind}|${brandId.toLowerCase()}`).digest().subarray(0, TAG_BYTES);
}
