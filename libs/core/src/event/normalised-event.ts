import type { JsonObject } from '@patchbay/plugin-sdk';

/** Event that a source adapter read from a body. */
export interface NormalisedEvent {
  /** Event type, such as `pointsIssued`; at most 200 characters, well-formed Unicode, no NUL. */
  readonly type: string;
  /**
   * Id that identifies duplicates within (source, organisation, type): the platform's event id, or `sha256:<hex>` of the
   * canonical body.
   */
  readonly eventId: string;
  /** The platform's tenant number if one source carries several tenants, else null. */
  readonly organisation: string | null;
  /** Time of the event as ISO 8601 in UTC, in the format of `toISOString`; null if missing or invalid in the body. */
  readonly occurredAt: string | null;
  /** Ids of the customers that the event names, the main customer first; distinct, at most 20. */
  readonly customerIds: readonly string[];
  /** Identifiers of the platform's envelope, such as `refId`. For display and reconciliation, not available to mappings. */
  readonly attributes: JsonObject;
  /** Content of the event, with trimmed keys. */
  readonly data: JsonObject;
}

/** Result of reading one element of a body. */
export type ReadResult =
  | { readonly kind: 'event'; readonly event: NormalisedEvent }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly raw: unknown };
