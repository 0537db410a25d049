import { Connection } from './connection.mjs';

/** Connections to all processes of a system. Requests go to the processes in turn, as through a load balancer. */
export class ConnectionPool {
  /** Idle connections of each process. */
  #idle;
  /** Idle connections of the process to which a connection belongs, per connection. */
  #idleOf = new Map();
  #next = 0;
  #onLost;

  /**
   * @param ports one port per process of the system
   * @param count number of connections, which the processes share equally
   * @param onLost called if a connection ended during a request or could not be opened. Its arguments say why, and if a
   *   request was in flight
   */
  constructor(ports, count, onLost) {
    this.#idle = ports.map(() => []);
    this.#onLost = onLost;
    for (let n = 0; n < count; n++) this.#open(ports[n % ports.length], this.#idle[n % ports.length]);
  }

  /** Takes an idle connection out of the pool. Returns undefined if all connections are busy. */
  take() {
    for (let checked = 0; checked < this.#idle.length; checked++) {
      const idle = this.#idle[this.#next];
      this.#next = (this.#next + 1) % this.#idle.length;
      if (idle.length > 0) return idle.pop();
    }
    return undefined;
  }

  /** Returns a connection to the pool after its response. */
  release(connection) {
    this.#idleOf.get(connection)?.push(connection);
  }

  close() {
    for (const connection of this.#idleOf.keys()) connection.close();
  }

  /** Opens a connection. If the system closes the connection while it is idle, opens another connection. */
  #open(port, idle) {
    const connection = new Connection(port, ({ wasBusy, wasUp, reason }) => {
      this.#idleOf.delete(connection);
      const at = idle.indexOf(connection);
      if (at !== -1) idle.splice(at, 1);
      if (wasBusy || !wasUp) this.#onLost(reason, wasBusy);
      else this.#open(port, idle);
    });
    this.#idleOf.set(connection, idle);
    idle.push(connection);
  }
}
