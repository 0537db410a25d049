import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { ReceivedEvent } from './prepare-event.js';

/** Events of one ingest call, committed together and in order. */
export interface ReceivedCall {
  readonly brandName: string;
  readonly sourceName: string;
  readonly events: readonly ReceivedEvent[];
  /** Returns true if the current source still accepts the call's credentials, which may have been revoked meanwhile. */
  readonly isAdmitted: (source: CompiledSource) => boolean;
}

/** Outcome of one call. */
export type CallOutcome =
  | { readonly kind: 'stored'; readonly events: readonly EventOutcome[] }
  /** Its source was deleted, or its credentials were revoked, between authentication and commit. */
  | { readonly kind: 'sourceGone' }
  /** None of its events was stored. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Outcome of one event of a call. */
export interface EventOutcome {
  /** Id of the event; for a duplicate, of the event that was stored before. */
  readonly id: string;
  readonly type: string;
  readonly status: 'accepted' | 'duplicate' | 'quarantined';
  /** Ids of the destinations of its new deliveries. */
  readonly destinationIds: readonly string[];
}
