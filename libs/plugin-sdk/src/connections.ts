import type { Socket } from 'node:net';

/** Options of a TLS connection. The hub always checks the certificate of the server. */
export interface TlsOptions {
  /** Name in the certificate; the host if absent. */
  readonly serverName?: string | undefined;
  /** Certificates of the authorities that are trusted instead of the public ones, in PEM format. */
  readonly ca?: string | undefined;
  /** Certificate of the client, in PEM format. */
  readonly cert?: string | undefined;
  /** Private key of the client, in PEM format. */
  readonly key?: string | undefined;
}

/** Server to which a plugin connects. */
export interface ConnectionTarget {
  /** Host name or IP address. */
  readonly host: string;
  readonly port: number;
  /** True or options for TLS. Absent or false for plain TCP. */
  readonly tls?: boolean | TlsOptions | undefined;
}

/**
 * Opens a TCP or TLS connection. Resolves when the connection is open and its certificate is checked. Rejects with a
 * DeliveryError: `rejected` if the operator does not allow the address, else `transient`.
 */
export type Connect = (target: ConnectionTarget) => Promise<Socket>;

/** Opened connection of a plugin. */
export interface OpenedConnection<T> {
  /** Object that speaks the protocol on the connection. */
  readonly value: T;
  /** Says goodbye to the server. The hub then waits for at most a second, and cuts the sockets. */
  close?(): void | Promise<void>;
}

/** Open connection that the calls of a destination share. */
export interface SharedConnection<T> {
  readonly value: T;
  /**
   * Runs a function that writes the message and resolves with the answer of the server. The hub first checks the lease,
   * the pause and the rate limit of the delivery, and waits for its turn. Write nothing of a message outside of `send`. If
   * the connection is cut or the time limit passes after that, the outcome is `unconfirmed`.
   */
  send<R>(exchange: () => R | Promise<R>): Promise<R>;
  /** Gives the connection to no further call, for example because the server is about to close it. */
  drop(): void;
}

/** Connections of a destination, for vendors with another protocol than HTTP. */
export interface Connections {
  /**
   * Returns the open connection of the destination with this key, or opens one. Concurrent calls share it. The hub closes
   * the connection after a minute without calls, after a change of the destination and at shutdown. If one of its sockets
   * closes, the next call opens a new connection.
   * @param open connects and logs in, within 30 seconds; sends no message
   */
  get<T>(
    key: string,
    open: (connect: Connect) => OpenedConnection<T> | Promise<OpenedConnection<T>>,
  ): Promise<SharedConnection<T>>;
}
