import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  InProcessLocks,
  type AttemptOutcome,
  type BeforeWrite,
  type DeliverRequest,
  type OpenDestination,
} from '@patchbay/core';
import { createEgressPolicy } from '@patchbay/http';
import {
  defineDestination,
  DeliveryError,
  Field,
  type AnyDestinationDefinition,
  type Connect,
  type OpenedConnection,
  type SharedConnection,
} from '@patchbay/plugin-sdk';
import { ConnectionPool } from './connection-pool.js';
import { PluginGateway } from '../plugin-gateway.js';
import { PluginRuntime } from './plugin-runtime.js';
import { TokenCache } from './token-cache.js';

class Credentials {
  @Field({ label: 'Key', optional: true, secret: true })
  key?: string;
}
class Settings {
  @Field({ label: 'Port' })
  port: number;
}
class Message {
  @Field({ label: 'Text' })
  text: string;
}

const NOW = 1_795_544_400_000;
const egress = createEgressPolicy('127.0.0.1/32');
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

/** Starts a server that answers each line with a function. */
async function vendor(answer: (line: string, socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      for (const line of data.toString().split('\n').slice(0, -1)) answer(line, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return { port: (server.address() as AddressInfo).port, sockets };
}

/** Writes a line and resolves with the next data of the socket. */
function ask(socket: Socket, line: string): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (data) => resolve(data.toString().trim()));
    socket.write(`${line}\n`);
  });
}

const open =
  (port: number, address = '127.0.0.1') =>
  async (connect: Connect): Promise<OpenedConnection<Socket>> => ({ value: await connect({ host: address, port }) });

type Send = (connection: SharedConnection<Socket>, text: string) => Promise<void>;

/** Sends a text and accepts the answer `ok`. */
const sendText: Send = async (connection, text) => {
  const answer = await connection.send(() => ask(connection.value, text));
  if (answer !== 'ok') throw new DeliveryError('rejected', 'The vendor refused the text.');
};

function host(opening: (port: number) => ReturnType<typeof open> = open, send: Send = sendText) {
  const definition: AnyDestinationDefinition = defineDestination({
    ...{ type: 'probe', label: 'Probe', description: 'For tests.', category: 'stream', messaging: null, contract: 2 },
    ...{ credentials: Credentials, settings: Settings, message: Message },
    verify: async ({ connections, settings }) => {
      await connections.get('main', opening(settings.port));
    },
    deliver: async ({ connections, settings }, { text }) => {
      await send(await connections.get('main', opening(settings.port)), text);
      return {};
    },
  });
  const plugin = { name: 'plugins/probe', definition, presets: new Map(), readme: null, logo: null };
  const logged: string[] = [];
  const log = (_fields: object, message: string): void => void logged.push(message);
  const logger = { info: log, warn: log, error: log };
  const ports = { egress, logger, locks: new InProcessLocks(), clock: { now: () => NOW } };
  const gateway = new PluginGateway([new PluginRuntime(plugin, ports, new TokenCache(() => NOW))], logger);
  ends.push(() => gateway.close());
  return { gateway, logged };
}

function destination(port: number, { version = 1, timeoutMs = 5_000 } = {}): OpenDestination {
  return {
    ...{ id: 'd1', brandId: 'b1', brandName: 'acme', type: 'probe', version, timeoutMs },
    ...{ credentials: {}, settings: { port } },
  };
}

function request(to: OpenDestination, text = 'hello', also: Partial<DeliverRequest> = {}): DeliverRequest {
  return {
    destination: to,
    message: { text },
    event: {
      ...{ id: 'e1', type: 'pointsIssued', brand: 'acme', source: 'capillary', customerId: null, data: {} },
      ...{ occurredAt: '2026-01-01T00:00:00.000Z', receivedAt: '2026-01-01T00:00:00.000Z' },
    },
    delivery: { id: 'v1', attempt: 1, idempotencyKey: 'k1' },
    signal: new AbortController().signal,
    ...also,
  };
}

const closed = (socket: Socket | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (socket === undefined || socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });

describe('the connections of a plugin', () => {
  it('serve several deliveries, and record their address', async () => {
    const { port, sockets } = await vendor((_line, socket) => socket.write('ok\n'));
    const { gateway } = host();
    const to = destination(port);
    const outcomes = [await gateway.deliver(request(to)), await gateway.deliver(request(to))];
    const accepted = { kind: 'accepted', request: { method: 'SEND', url: `tcp://127.0.0.1:${port}` } };
    expect([outcomes, sockets.length]).toEqual([[accepted, accepted], 1]);
  });

  it('are opened once for concurrent calls', async () => {
    const { port, sockets } = await vendor((_line, socket) => socket.write('ok\n'));
    const { gateway } = host();
    const to = destination(port);
    const signal = new AbortController().signal;
    await Promise.all([gateway.verify(to, signal), gateway.verify(to, signal), gateway.verify(to, signal)]);
    expect(sockets).toHaveLength(1);
  });

  it('make an attempt unconfirmed if they are cut after the message, and are then opened again', async () => {
    let cuts = 1;
    const { port, sockets } = await vendor((_line, socket) => {
      if (cuts-- > 0) socket.destroy();
      else socket.write('ok\n');
    });
    const { gateway } = host();
    const to = destination(port);
    expect(await gateway.deliver(request(to))).toMatchObject({
      kind: 'unconfirmed',
      message: `127.0.0.1:${port}: the connection was cut (ECONNRESET), after the request was sent`,
    });
    expect(await gateway.deliver(request(to))).toMatchObject({ kind: 'accepted' });
    expect(sockets).toHaveLength(2);
  });

  it('are opened again after the vendor closed an idle connection', async () => {
    const { port, sockets } = await vendor((_line, socket) => socket.write('ok\n'));
    const { gateway } = host();
    const to = destination(port);
    await gateway.deliver(request(to));
    const [first] = sockets;
    first?.end();
    // The hub notices the end of the connection when its own side has closed.
    await closed(first);
    expect(await gateway.deliver(request(to))).toMatchObject({ kind: 'accepted' });
    expect(sockets).toHaveLength(2);
  });

  it('are dropped after an answer that is too late', async () => {
    let isSilent = true;
    const { port, sockets } = await vendor((_line, socket) => {
      if (!isSilent) socket.write('ok\n');
    });
    const { gateway } = host();
    expect(await gateway.deliver(request(destination(port, { timeoutMs: 100 })))).toMatchObject({
      kind: 'unconfirmed',
      message: expect.stringContaining('no answer within the time limit, after the request was sent'),
    });
    isSilent = false;
    expect(await gateway.deliver(request(destination(port)))).toMatchObject({ kind: 'accepted' });
    expect(sockets).toHaveLength(2);
    await closed(sockets[0]);
  });

  it('stay open after the vendor refused a message', async () => {
    const { port, sockets } = await vendor((line, socket) => socket.write(line === 'bad' ? 'no\n' : 'ok\n'));
    const { gateway } = host();
    const to = destination(port);
    expect(await gateway.deliver(request(to, 'bad'))).toMatchObject({ kind: 'rejected' });
    expect(await gateway.deliver(request(to, 'good'))).toMatchObject({ kind: 'accepted' });
    expect(sockets).toHaveLength(1);
  });

  it('are not opened to an address that the operator does not allow', async () => {
    const { gateway } = host((port) => open(port, '10.1.2.3'));
    const outcome = await gateway.deliver(request(destination(4_222)));
    expect(outcome).toMatchObject({ kind: 'rejected', message: expect.stringContaining('PATCHBAY_EGRESS_ALLOW') });
  });

  it('leave a delivery transient if no connection could be opened', async () => {
    const { port } = await vendor(() => undefined);
    await Promise.all(ends.splice(0).map((end) => end()));
    const { gateway } = host();
    expect(await gateway.deliver(request(destination(port)))).toMatchObject({
      kind: 'transient',
      message: `127.0.0.1:${port}: the connection was refused (ECONNREFUSED), before the request was sent`,
    });
  });

  it('are opened again for a new version of the destination, and the former one is closed', async () => {
    const { port, sockets } = await vendor((_line, socket) => socket.write('ok\n'));
    const { gateway } = host();
    await gateway.deliver(request(destination(port)));
    await gateway.deliver(request(destination(port, { version: 2 })));
    expect(sockets).toHaveLength(2);
    await closed(sockets[0]);
    // An attempt that began before the change gets a connection of its own, and the current one stays.
    await gateway.deliver(request(destination(port)));
    await gateway.deliver(request(destination(port, { version: 2 })));
    expect([sockets.length, sockets[1]?.destroyed]).toEqual([3, false]);
  });

  it('are closed if the destination may not be called any more, and when the hub stops', async () => {
    const { port, sockets } = await vendor((_line, socket) => socket.write('ok\n'));
    const { gateway } = host();
    await gateway.deliver(request(destination(port)));
    gateway.retireConnectionsUnless(({ id, version }) => id === 'd1' && version === 1);
    await gateway.deliver(request(destination(port)));
    expect(sockets).toHaveLength(1);
    gateway.retireConnectionsUnless(() => false);
    await closed(sockets[0]);
    await gateway.deliver(request(destination(port)));
    await gateway.close();
    await closed(sockets[1]);
  });

  it('carry a message only after the checks of the hub', async () => {
    const lines: string[] = [];
    const { port } = await vendor((line, socket) => {
      lines.push(line);
      socket.write('ok\n');
    });
    const { gateway } = host();
    const refusal: AttemptOutcome = { kind: 'internal_error', message: 'Another worker owns the delivery.' };
    const refuse: BeforeWrite = () => refusal;
    expect(await gateway.deliver(request(destination(port), 'refused', { beforeWrite: refuse }))).toEqual(refusal);
    let delays = 2;
    const delay: BeforeWrite = () => (delays-- > 0 ? { kind: 'delay', milliseconds: 1 } : null);
    await gateway.deliver(request(destination(port), 'delayed', { beforeWrite: delay }));
    expect([lines, delays]).toEqual([['delayed'], -1]);
  });

  it('are cut if the vendor sends more than 8 MiB for one message', async () => {
    const { port, sockets } = await vendor((_line, socket) => socket.write(Buffer.alloc(9 * 1024 * 1024)));
    const never: Send = async (connection, text) => {
      await connection.send(() => {
        connection.value.on('data', () => undefined);
        connection.value.write(`${text}\n`);
        return new Promise<void>(() => undefined);
      });
    };
    const { gateway } = host(open, never);
    expect(await gateway.deliver(request(destination(port)))).toMatchObject({ kind: 'unconfirmed' });
    await closed(sockets[0]);
  });

  it('report a mistake of the plugin as such', async () => {
    const { gateway, logged } = host(() => () => Promise.reject(new TypeError('a mistake')));
    const outcome = await gateway.deliver(request(destination(4_222)));
    expect([outcome.kind, logged]).toEqual(['transient', ['plugin threw an error that is not a DeliveryError']]);
  });
});

describe('ConnectionPool', () => {
  it('closes a connection without calls after its idle time, with a goodbye', async () => {
    const { port, sockets } = await vendor(() => undefined);
    const pool = new ConnectionPool(egress, 1);
    const goodbyes: string[] = [];
    const connection = pool.get({ id: 'd1', version: 1 }, 'main', async (connect) => {
      const value = await connect({ host: '127.0.0.1', port });
      return { value, close: () => void goodbyes.push('bye') };
    });
    const end = connection.use();
    await connection.opened;
    expect(goodbyes).toEqual([]);
    end();
    while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await closed(sockets[0]);
    expect(goodbyes).toEqual(['bye']);
  });

  it('closes the connection that is idle for longest if there are too many, and refuses more than that in use', async () => {
    const pool = new ConnectionPool(egress, 60_000, 2);
    const get = (id: string) => pool.get({ id, version: 1 }, 'main', () => ({ value: id }));
    const [a, b] = [get('a'), get('b')];
    const endA = a.use();
    b.use();
    expect(() => get('c')).toThrow('2 open connections');
    endA();
    const c = get('c');
    c.use();
    expect(get('b')).toBe(b);
    await pool.close();
  });
});
