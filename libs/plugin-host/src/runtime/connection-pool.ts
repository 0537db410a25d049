import type { EgressPolicy } from '@patchbay/http';
import { DeliveryError, type Connect, type OpenedConnection } from '@patchbay/plugin-sdk';
import { PooledConnection, type ConnectionOwner } from './pooled-connection.js';

/** Time after which a connection without calls is closed, in milliseconds. */
const IDLE_MS = 60_000;
/** Maximum number of connections of one destination type in a process. */
const MAX_CONNECTIONS = 256;

/** Open connections of the destinations of one type. */
export class ConnectionPool {
  /** Connections that further calls may use, by destination and key. */
  private readonly current = new Map<string, PooledConnection>();
  /** All connections that are not closed, the oldest first. */
  private readonly all = new Set<PooledConnection>();

  constructor(
    private readonly egress: EgressPolicy,
    private readonly idleMs = IDLE_MS,
    private readonly maxConnections = MAX_CONNECTIONS,
  ) {}

  /**
   * Returns the connection of this version of a destination, or opens one. A connection of an older version is closed
   * after its last call. The caller calls `use` before anything else.
   * @throws DeliveryError if too many connections are in use
   */
  get(
    owner: ConnectionOwner,
    key: string,
    open: (connect: Connect) => OpenedConnection<unknown> | Promise<OpenedConnection<unknown>>,
  ): PooledConnection {
    const name = `${owner.id}\0${key}`;
    const known = this.current.get(name);
    if (known?.owner.version === owner.version) return known;
    if (known !== undefined && known.owner.version < owner.version) known.retire();
    this.makeRoom();
    const opened = new PooledConnection(
      owner,
      this.egress,
      this.idleMs,
      open,
      (connection) => {
        if (this.current.get(name) === connection) this.current.delete(name);
      },
      (connection) => this.all.delete(connection),
    );
    this.all.add(opened);
    // A call of an older version gets a connection of its own, which the idle time ends.
    if (!this.current.has(name)) this.current.set(name, opened);
    return opened;
  }

  /** Closes the connections of destinations that may not be called any more, or were changed, after their last call. */
  retireUnless(isCurrent: (owner: ConnectionOwner) => boolean): void {
    for (const connection of this.all) if (!isCurrent(connection.owner)) connection.retire();
  }

  /** Closes all connections at once. */
  async close(): Promise<void> {
    this.retireUnless(() => false);
    await Promise.all([...this.all].map((connection) => connection.end()));
  }

  private makeRoom(): void {
    if (this.all.size < this.maxConnections) return;
    for (const connection of this.all) {
      if (!connection.isIdle) continue;
      connection.retire();
      return;
    }
    throw new DeliveryError(
      'transient',
      `The hub has ${this.maxConnections} open connections of this type, and all are in use. The hub retries the delivery.`,
    );
  }
}
