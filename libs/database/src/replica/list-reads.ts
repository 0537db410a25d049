import type { DataSource } from 'typeorm';
import { isDatabaseUnavailable, sqlState } from '../query/sql-error.js';
import { parsePosition } from './replay-lag.js';
import type { Replica } from './replica.js';

/** Server of a read. `repeated`: the primary, because the replica failed or cancelled the read. */
export type ReadOutcome = 'replica' | 'primary' | 'repeated';

/** Result of a read, and the age of its data. */
export interface ListRead<T> {
  readonly value: T;
  /** Maximum age of the data in milliseconds; null if the primary answered. */
  readonly lagMs: number | null;
}

/**
 * Reads of lists and counts. They use the replica if it is not too far behind, otherwise the primary.
 *
 * @typeParam Stores stores that exist for both servers
 */
export class ListReads<Stores> {
  private readonly onReplica = new WeakMap<DataSource, Stores>();
  private listener: (outcome: ReadOutcome) => void = () => undefined;

  /** @param create creates the stores for the connections of a server */
  constructor(
    private readonly primary: Stores,
    private readonly replica: Replica | null,
    private readonly create: (connections: DataSource) => Stores,
  ) {}

  /** True if a replica is configured. */
  get hasReplica(): boolean {
    return this.replica !== null;
  }

  /** Calls a listener at each read if there is a replica. Replaces the listener of an earlier call. */
  onRead(listener: (outcome: ReadOutcome) => void): void {
    this.listener = listener;
  }

  /** Runs a read on the primary. */
  readFromPrimary<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return work(this.primary);
  }

  /**
   * Runs a read. If the replica fails or cancels the read, runs it again on the primary, so the read must not change
   * anything.
   * @param after position of the primary, such as `0/3000148`, that the data must contain. An invalid position, or none,
   *   has no effect
   */
  async read<T>(work: (stores: Stores) => Promise<T>, after?: string): Promise<ListRead<T>> {
    if (this.replica === null) return { value: await work(this.primary), lagMs: null };
    // The lag at the beginning, because a later measurement may be of newer data than the read has seen.
    const { lagMs } = this.replica.status;
    const connections = this.replica.connections(parsePosition(after ?? ''));
    if (connections === null) return this.onPrimary(work, 'primary');
    try {
      const value = await work(this.storesOf(connections));
      this.listener('replica');
      return { value, lagMs };
    } catch (error) {
      if (!isFailureOfServer(error)) throw error;
      return this.onPrimary(work, 'repeated');
    }
  }

  private async onPrimary<T>(work: (stores: Stores) => Promise<T>, outcome: ReadOutcome): Promise<ListRead<T>> {
    this.listener(outcome);
    return { value: await work(this.primary), lagMs: null };
  }

  private storesOf(connections: DataSource): Stores {
    const known = this.onReplica.get(connections);
    if (known !== undefined) return known;
    const stores = this.create(connections);
    this.onReplica.set(connections, stores);
    return stores;
  }
}

/**
 * Returns true if the primary may answer instead. Such a replica is unavailable, lacks a change of the schema, or
 * cancelled the statement. It cancels a statement that conflicts with the replay (40001, 40P01, 55P03) or exceeds the time
 * limit (57014). The limit of the primary is longer.
 */
function isFailureOfServer(error: unknown): boolean {
  return sqlState(error) !== undefined || isDatabaseUnavailable(error);
}
