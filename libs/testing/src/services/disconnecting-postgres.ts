import { createServer } from 'node:net';
import { freePort } from '@patchbay/embedded';

/** Server that speaks enough of PostgreSQL's protocol to accept a client and to terminate its connection. */
export interface DisconnectingPostgres {
  readonly url: string;
  close(): Promise<void>;
}

/** Bytes of two PostgreSQL messages: AuthenticationOk, then ReadyForQuery. */
const READY = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);
const TERMINATION = message(
  'E',
  Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'),
);

/**
 * Starts a server that ends every connection as soon as it is ready: ReadyForQuery and the termination arrive in one
 * packet. The same happens to a client that connects while a real server terminates all connections. If the client adds
 * its error listener one tick too late, nothing handles the error, and the process crashes.
 */
export async function disconnectingPostgres(): Promise<DisconnectingPostgres> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat([READY, TERMINATION])));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `postgres://nobody:nothing@127.0.0.1:${port}/nowhere`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Builds a protocol message: type, length without the type, content. */
function message(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}
