import { setTimeout as pause } from 'node:timers/promises';
import type { OpenDestination } from '@patchbay/core';
import { classifyFailure, hasSystemCode, WriteDelayedError } from '@patchbay/http';
import { isDeliveryError, type Connect, type Connections, type OpenedConnection } from '@patchbay/plugin-sdk';
import type { ConnectionPool } from './connection-pool.js';
import type { PluginCall } from './plugin-call.js';
import { asTransient } from './plugin-failure.js';
import { ConnectionCutError, type PooledConnection } from './pooled-connection.js';

type Open<T> = (connect: Connect) => OpenedConnection<T> | Promise<OpenedConnection<T>>;

/** Creates the connections of one call. The call uses a connection until it ends. */
export function connectionsOf(pool: ConnectionPool, owner: OpenDestination, call: PluginCall): Connections {
  return {
    get: async <T>(key: string, open: Open<T>) => {
      call.usedClient = true;
      const { connection, value } = await opened(pool, owner, key, open, call);
      return {
        value,
        send: (exchange) => send(connection, exchange, call),
        drop: () => connection.retire(),
      };
    },
  };
}

/**
 * Opens a connection, or uses an open one. If another call failed to open it, this call tries once itself, because the
 * other call may have failed by its own values.
 */
async function opened<T>(
  pool: ConnectionPool,
  owner: OpenDestination,
  key: string,
  open: Open<T>,
  call: PluginCall,
): Promise<{ readonly connection: PooledConnection; readonly value: T }> {
  const opening = { isHere: false };
  const openHere: Open<T> = (connect) => {
    opening.isHere = true;
    return open(connect);
  };
  for (;;) {
    const connection = pool.get(owner, key, openHere);
    call.whenDone(connection.use());
    try {
      // The plugin uses one type of objects per key, as with the keys of tokens.
      // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion
      const value = (await untilStopped(connection.opened, call)) as T;
      return { connection, value };
    } catch (error) {
      if (call.aborted || opening.isHere) throw openingFailed(connection, error, call);
    }
  }
}

/** Converts the failure to open a connection. No message was sent. */
function openingFailed(connection: PooledConnection, error: unknown, call: PluginCall): unknown {
  recordAddress(connection, call);
  if (isDeliveryError(error)) return asTransient(error);
  return call.aborted || connection.wasCut() || hasSystemCode(error) ? failure(connection, error, call, false) : error;
}

/** Sends one message after the checks of the hub. */
async function send<R>(connection: PooledConnection, exchange: () => R | Promise<R>, call: PluginCall): Promise<R> {
  recordAddress(connection, call);
  await waitForTurn(call);
  if (connection.wasCut()) throw failure(connection, new ConnectionCutError('The connection is closed.'), call, false);
  call.recordSent();
  connection.expectAnswer();
  try {
    return await untilStopped(Promise.race([Promise.resolve(exchange()), connection.cut]), call);
  } catch (error) {
    if (isDeliveryError(error)) throw error;
    // The answer to this message may still arrive, and the next message must not take it for its own.
    connection.retire();
    if (call.aborted || connection.wasCut() || hasSystemCode(error)) throw failure(connection, error, call, true);
    throw error;
  }
}

/** Waits until the message may be written. Throws if the hub does not allow the message now. */
async function waitForTurn(call: PluginCall): Promise<void> {
  for (;;) {
    try {
      call.checkWrite();
      return;
    } catch (error) {
      if (!(error instanceof WriteDelayedError)) throw error;
      await pause(error.milliseconds, undefined, { signal: call.signal });
    }
  }
}

function failure(connection: PooledConnection, error: unknown, call: PluginCall, sent: boolean): unknown {
  const { reason } = call;
  const isTimeout = typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
  const stopped = call.aborted ? (isTimeout ? 'time limit' : 'shutdown') : undefined;
  return classifyFailure({ host: connection.host, error, sent, readsOnly: false, stopped, head: undefined });
}

function recordAddress({ address }: PooledConnection, call: PluginCall): void {
  if (address !== '') call.recordRequest({ method: 'SEND', url: address });
}

/** Settles as a promise does, or rejects when the call is stopped. */
async function untilStopped<T>(promise: Promise<T>, call: PluginCall): Promise<T> {
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new Error('The call was stopped.'));
  });
  call.addEventListener('abort', stop);
  if (call.aborted) stop();
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    call.removeEventListener('abort', stop);
  }
}
