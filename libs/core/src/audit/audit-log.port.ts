import type { JsonObject } from '@patchbay/plugin-sdk';
import type { Page, PageRequest, TimeRange } from '../admin/read-store.port.js';

/** Who did something. */
export interface Actor {
  /** The name of an API key as it was then, or what else acts: `PATCHBAY_ADMIN_KEY`, `boot`. */
  readonly name: string;
  /** Null where it was no API key. */
  readonly keyId: string | null;
}

/** An action to be recorded in the audit log. Never holds a secret or a personal value. */
export interface NewAuditEntry {
  readonly actor: Actor;
  /** What it was done to and what was done: `destination.update`, `key.create`, `event.reveal`. */
  readonly action: string;
  /** Null where it concerns the hub as a whole. */
  readonly brandId: string | null;
  /** Which one: `acme/crm`, the id of an event or a key. */
  readonly target: string;
  /** The fields that changed, as they were; null where there was nothing. What is secret is masked. */
  readonly before: JsonObject | null;
  /** The same, as they are; null where there is nothing any more. */
  readonly after: JsonObject | null;
}

/** An entry of the audit log. */
export interface AuditEntry extends NewAuditEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The brand's name; null where it concerns the hub as a whole, or the brand's row is gone. */
  readonly brand: string | null;
}

/** Which entries: all that is named has to hold. Times are those of the entries. */
export interface AuditFilter extends TimeRange {
  /** Of one of these brands; left out: of any, and of the hub as a whole. */
  readonly brandIds?: readonly string[];
  /** The actor's name. */
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
}

/** What was done, by whom and when. It only ever grows: the database refuses to change or delete an entry. */
export interface AuditLog {
  /** Resolves when they are stored, all or none. */
  append(entries: readonly NewAuditEntry[]): Promise<void>;
  /** The newest first. Rejects with a CursorError where the cursor is none of this list. */
  entries(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
}
