import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { PausedBy } from '../configuration/configuration-snapshot.js';
import type { NewEvent } from '../ingest/event-store.port.js';
import type { OperationalType, ToldDelivery } from './operational-event.js';

interface Noted {
  readonly brandId: string;
  readonly destinationId: string;
  readonly errorKind: DeliveryErrorKind | null;
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A destination was paused, or goes on. */
export interface SwitchNote extends Noted {
  readonly type: Extract<OperationalType, `destination.${string}`>;
  /** Of the destination, after the change. */
  readonly version: number;
  readonly by: PausedBy;
  readonly reason: string | null;
}

/** Deliveries ended in a way that somebody should know of. */
export interface EndNote extends Noted {
  readonly type: Extract<OperationalType, `delivery.${string}`>;
  readonly subscriptionId: string;
  readonly reason: string | null;
  /** 1 or more. */
  readonly count: number;
  /** The first of them; at least one. */
  readonly deliveries: readonly ToldDelivery[];
}

/** What happened in the hub, noted in the very transaction that did it, and not told yet. */
export type OperationalNote = SwitchNote | EndNote;

/** Events made of notes, by one revision of the configuration. */
export interface PreparedNotes {
  readonly revision: number;
  readonly events: readonly NewEvent[];
}

/** What waits to be told. Only what somebody listens to is ever noted; nothing about deliveries of what was told. */
export interface OperationalNotes {
  /**
   * Takes notes, and stores the events that `prepare` makes of them, in one transaction: both or neither, whoever dies
   * meanwhile. Others may do the same at the same time; each note is taken once. Alike notes are told once in `quietMs`,
   * together. Where that fails, each is taken by itself; one that cannot be told is put off for `quietMs`, kept as it is,
   * and holds up no other. Rejects where the database is away.
   * @param onFault told of each that was put off, by its key, which has no personal value
   * @returns the events, of at most `limit` notes; `stale` where the configuration is not of that revision any more
   */
  relay(
    options: { readonly limit: number; readonly quietMs: number },
    prepare: (notes: readonly OperationalNote[]) => PreparedNotes,
    onFault: (error: unknown, note: string) => void,
  ): Promise<readonly NewEvent[] | 'stale'>;
}
