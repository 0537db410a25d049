import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { ReceivedEvent } from './prepare-event.js';

/** The events of one ingest call: committed whole, and in their order. */
export interface ReceivedCall {
  readonly brandName: string;
  readonly sourceName: string;
  readonly events: readonly ReceivedEvent[];
  /** Whether the source as it is now would let the call in: secrets may have been withdrawn in the meantime. */
  readonly isAdmitted: (source: CompiledSource) => boolean;
}

/** Outcome of one call. */
export type CallOutcome =
  | { readonly kind: 'stored'; readonly events: readonly EventOutcome[] }
  /** Its source, or the secret that opened it, was taken away between authentication and commit. */
  | { readonly kind: 'sourceGone' }
  /** Nothing of it was stored. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Outcome of one event of a call. */
export interface EventOutcome {
  /** Of a duplicate: the id of the event that came before. */
  readonly id: string;
  readonly type: string;
  readonly status: 'accepted' | 'duplicate' | 'quarantined';
  /** Destinations that have a delivery of it now. */
  readonly destinationIds: readonly string[];
}
