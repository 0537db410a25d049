import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionTarget } from '@patchbay/plugin-sdk';
import type { EgressPolicy } from '../egress/egress-policy.js';
import { openTunnel, tunnelTarget } from './open-tunnel.js';

/** Time limit for opening a connection, TLS included, in milliseconds. */
const CONNECT_MS = 10_000;

/**
 * Opens a TCP or TLS connection to an address that the policy allows, through its proxy if it has one. The certificate of the server is always checked.
 * Rejects with the error of the system or of the policy.
 */
export async function openSocket(egress: EgressPolicy, { host, port, tls = false }: ConnectionTarget): Promise<Socket> {
  const plain = await openTcp(egress, host, port);
  if (tls === false) return plain;
  const { serverName = host, ca, cert, key } = tls === true ? {} : tls;
  const secure = connectTls({
    socket: plain,
    ...(isIP(serverName) === 0 ? { servername: serverName } : { host: serverName }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
  await opened(secure, 'secureConnect');
  return secure;
}

async function openTcp(egress: EgressPolicy, host: string, port: number): Promise<Socket> {
  egress.checkLiteral(host);
  const { proxy } = egress;
  const target = proxy && (await tunnelTarget(egress, proxy, host));
  if (proxy !== undefined && target !== undefined) return openTunnel(proxy, { host: target, port }, CONNECT_MS);
  const socket = connect({ host, port, lookup: egress.lookup, noDelay: true });
  await opened(socket, 'connect');
  return socket;
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      clearTimeout(timer);
      socket.off('error', end);
      socket.off('close', cut);
      socket.off(event, done);
      if (error === undefined) return resolve();
      // A socket without a listener for its errors would end the process.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const done = (): void => end();
    const cut = (): void => end(failure('ECONNRESET', 'The server closed the connection.'));
    const timer = setTimeout(() => end(failure('ETIMEDOUT', 'The connection was not open in time.')), CONNECT_MS);
    socket.once('error', end);
    socket.once('close', cut);
    socket.once(event, done);
  });
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
