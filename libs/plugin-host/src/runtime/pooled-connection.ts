import type { Socket } from 'node:net';
import { openSocket, type EgressPolicy } from '@patchbay/http';
import type { Connect, ConnectionTarget, OpenedConnection } from '@patchbay/plugin-sdk';

/** Time within which a plugin has to open a connection, in milliseconds. */
const OPEN_MS = 30_000;
/** Time that the goodbye of a plugin may take, in milliseconds. */
const CLOSE_MS = 1_000;
/** Maximum number of sockets of one connection. */
const MAX_SOCKETS = 16;
/** Maximum number of bytes that a socket receives while one message is sent. */
const MAX_RECEIVED = 8 * 1024 * 1024;

/** Destination and version to which a connection belongs. */
export interface ConnectionOwner {
  readonly id: string;
  /** Number that grows with every change of the destination. */
  readonly version: number;
}

/** Error for a connection that was cut. */
export class ConnectionCutError extends Error {
  override readonly name = 'ConnectionCutError';
  readonly code = 'ECONNRESET';
}

/** Connection of a plugin, its sockets, and the calls that use it. */
export class PooledConnection {
  /** Resolves with the plugin's object. Rejects with the error of `open` or of the system. */
  readonly opened: Promise<unknown>;
  /** Rejects when one of the sockets is cut. */
  readonly cut: Promise<never>;
  /** Address of the first socket, such as `tls://mq.example.com:5671`. Empty before the plugin connected. */
  address = '';
  private readonly sockets = new Map<Socket, { received: number }>();
  private plugin: OpenedConnection<unknown> | undefined;
  private users = 0;
  private isCut = false;
  private isRetired = false;
  private ending: Promise<void> | undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  private breakOff: (error: ConnectionCutError) => void = () => undefined;

  /**
   * @param onRetired called once, when no further call may use the connection
   * @param onEnded called when the connection is closed
   */
  constructor(
    readonly owner: ConnectionOwner,
    private readonly egress: EgressPolicy,
    private readonly idleMs: number,
    open: (connect: Connect) => OpenedConnection<unknown> | Promise<OpenedConnection<unknown>>,
    private readonly onRetired: (connection: PooledConnection) => void,
    private readonly onEnded: (connection: PooledConnection) => void,
  ) {
    this.cut = new Promise<never>((_resolve, reject) => (this.breakOff = reject));
    this.cut.catch(() => undefined);
    this.opened = this.open(open);
    this.opened.catch(() => this.retire());
  }

  /** True if no call uses the connection. */
  get isIdle(): boolean {
    return this.users === 0;
  }

  /** Host and port for an error; empty before the plugin connected. */
  get host(): string {
    return this.address.replace(/^\w+:\/\//, '');
  }

  /** Returns true after one of the sockets was closed. */
  wasCut(): boolean {
    return this.isCut;
  }

  /** Begins the use by a call. The returned function ends the use. */
  use(): () => void {
    this.users += 1;
    clearTimeout(this.idleTimer);
    let isUsing = true;
    return () => {
      if (!isUsing) return;
      isUsing = false;
      this.users -= 1;
      if (this.users === 0) this.becomeIdle();
    };
  }

  /** Begins to count the bytes of an answer. */
  expectAnswer(): void {
    for (const counter of this.sockets.values()) counter.received = 0;
  }

  /** Gives the connection to no further call, and ends it after the last call. */
  retire(): void {
    if (!this.isRetired) {
      this.isRetired = true;
      this.onRetired(this);
    }
    if (this.users === 0 || this.isCut) void this.end();
  }

  /** Closes the connection at once. Never rejects. */
  end(): Promise<void> {
    this.ending ??= this.endOnce();
    return this.ending;
  }

  private async endOnce(): Promise<void> {
    clearTimeout(this.idleTimer);
    const { plugin } = this;
    if (plugin?.close !== undefined && !this.isCut) await within(CLOSE_MS, async () => plugin.close?.());
    for (const socket of this.sockets.keys()) socket.destroy();
    this.onEnded(this);
  }

  private becomeIdle(): void {
    if (this.isRetired) {
      void this.end();
      return;
    }
    this.idleTimer = setTimeout(() => this.retire(), this.idleMs);
    this.idleTimer.unref();
  }

  private async open(
    open: (connect: Connect) => OpenedConnection<unknown> | Promise<OpenedConnection<unknown>>,
  ): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      const error = Object.assign(new Error('The connection was not open in time.'), { code: 'ETIMEDOUT' });
      timer = setTimeout(() => reject(error), OPEN_MS);
    });
    try {
      const opening = Promise.resolve(open((target) => this.connect(target)));
      this.plugin = await Promise.race([opening, tooLate, this.cut]);
      return this.plugin.value;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the calls that wait for an answer. */
  private breakUp(): void {
    this.isCut = true;
    this.breakOff(new ConnectionCutError('A socket of the connection was closed.'));
    this.retire();
  }

  private async connect(target: ConnectionTarget): Promise<Socket> {
    const { host, port, tls = false } = target;
    if (this.address === '') this.address = `${tls === false ? 'tcp' : 'tls'}://${host}:${port}`;
    if (this.sockets.size >= MAX_SOCKETS) {
      throw new Error(`A connection has at most ${MAX_SOCKETS} sockets. Close the sockets that are no longer needed.`);
    }
    const socket = await openSocket(this.egress, target);
    const counter = { received: 0 };
    this.sockets.set(socket, counter);
    limitReceived(socket, counter);
    // A socket without a listener for its errors would end the process. The event `close` follows the error.
    socket.on('error', () => undefined);
    socket.once('end', () => this.breakUp());
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.breakUp();
    });
    if (this.ending !== undefined) socket.destroy();
    return socket;
  }
}

/**
 * Cuts a socket that receives too much. A listener for `data` would take the first bytes from the plugin, so the count is
 * made where Node.js adds received bytes.
 */
function limitReceived(socket: Socket, counter: { received: number }): void {
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk instanceof Uint8Array) counter.received += chunk.byteLength;
    if (counter.received <= MAX_RECEIVED) return push(chunk, encoding);
    socket.destroy();
    return false;
  };
}

async function within(milliseconds: number, run: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([run().catch(() => undefined), over]);
  clearTimeout(timer);
}
