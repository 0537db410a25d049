import type { JsonObject } from '@patchbay/plugin-sdk';
import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { TimeRange } from '../admin/time-range.js';

/** Actor of an audited action. */
export interface Actor {
  /**
   * Name that the API key had at the time of the action, or name of an actor without a key: `PATCHBAY_ADMIN_KEY`,
   * `boot`, `person:<id>`.
   */
  readonly name: string;
  /** Id of the API key. Null if the actor is not an API key. */
  readonly keyId: string | null;
}

/** Action to be recorded in the audit log. Never contains a secret or a personal value. */
export interface NewAuditEntry {
  readonly actor: Actor;
  /** Kind of object and action: `destination.update`, `key.create`, `event.reveal`. */
  readonly action: string;
  /** Id of the brand. Null if the action concerns the whole hub. */
  readonly brandId: string | null;
  /** Object of the action: `acme/crm`, or the id of an event or a key. */
  readonly target: string;
  /** Changed fields before the action, with masked secrets; null if the object did not exist. */
  readonly before: JsonObject | null;
  /** Changed fields after the action, with masked secrets; null if the object no longer exists. */
  readonly after: JsonObject | null;
}

/** Person who acted, as the hub knows the person now. Entries themselves contain only the id. */
export interface AuditPerson {
  readonly id: string;
  readonly name: string | null;
  /** Id of the person at the identity provider. */
  readonly subject: string | null;
}

/** Entry of the audit log. */
export interface AuditEntry extends NewAuditEntry {
  readonly id: string;
  /** Time of the action, in milliseconds since the epoch. */
  readonly at: number;
  /** Name of the brand; null if the action concerns the whole hub or the brand was deleted. */
  readonly brand: string | null;
  /** Person who acted. Null if the actor is not a person. Without name and subject if the hub no longer knows the person. */
  readonly person: AuditPerson | null;
}

/** Filter of audit entries; all given fields must match. Times are the times of the entries. */
export interface AuditFilter extends TimeRange {
  /** Ids of the brands. If left out, entries of all brands and of the whole hub. */
  readonly brandIds?: readonly string[];
  /** Name of the actor of the action, as recorded or as the hub knows the person now. */
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
}

/** Append-only log of actions. The database rejects changes and deletions of its entries. */
export interface AuditLog {
  /** Stores all given entries, or none if an error occurs. */
  append(entries: readonly NewAuditEntry[]): Promise<void>;
  /** Lists entries, newest first. Rejects with a CursorError if the cursor does not belong to this list. */
  entries(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
}
