import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { connect, isIP, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isDeliveryError, type DeliveryError, type HttpClient, type HttpResponse } from '@patchbay/plugin-sdk';
import { createEgressPolicy, type EgressPolicy, type EgressProxy, type ResolveAll } from '../egress/egress-policy.js';
import { closeConnections, createHttpClient } from './create-http-client.js';
import { openSocket } from './open-socket.js';

/** Address of a public host. The proxy of this test connects every target to the local vendor instead. */
const PUBLIC = '8.8.8.8';
const PASSWORD = 'inv@nted';

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));

const resolvingTo =
  (...addresses: string[]): ResolveAll =>
  (_name, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
const unresolvable: ResolveAll = (name, callback) =>
  callback(Object.assign(new Error(name), { code: 'ENOTFOUND' }), []);

describe('an egress proxy', () => {
  let vendor: Server;
  let proxy: Server;
  let status: number;
  let firstBytes: Buffer;
  const targets: string[] = [];
  const logins: (string | undefined)[] = [];
  const direct: IncomingMessage[] = [];
  const policies: EgressPolicy[] = [];
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    status = 200;
    vendor = createHttpServer((request, response) => {
      direct.push(request);
      response.end('{}');
    });
    proxy = createHttpServer().on('connect', ({ url = '', headers }: IncomingMessage, client: Socket) => {
      targets.push(url);
      logins.push(headers['proxy-authorization']);
      if (status !== 200) return client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      client.once('data', (bytes: Buffer) => (firstBytes = bytes));
      const upstream = connect(portOf(vendor), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connected\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
    });
    await Promise.all([listening(vendor), listening(proxy)]);
  });

  afterEach(async () => {
    for (const policy of policies.splice(0)) closeConnections(policy);
    for (const socket of sockets) socket.destroy();
    for (const list of [targets, logins, direct]) list.length = 0;
    for (const server of [vendor, proxy]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  function clientOf(allow: string, resolve: ResolveAll, options: Partial<EgressProxy> = {}): HttpClient {
    const egress: EgressPolicy = {
      ...createEgressPolicy(allow, resolve),
      proxy: { url: `http://127.0.0.1:${portOf(proxy)}`, resolvesNames: false, ...options },
    };
    policies.push(egress);
    return createHttpClient({ egress, signal: new AbortController().signal, timeoutMs: 5_000 });
  }

  const get = (client: HttpClient, url: string): Promise<HttpResponse> =>
    client.send({ method: 'GET', url, readsOnly: true });
  const failed = (client: HttpClient, url: string): Promise<DeliveryError> =>
    get(client, url).then(
      () => Promise.reject(new Error('the request succeeded')),
      (error: unknown) => {
        if (!isDeliveryError(error)) throw new Error('expected a DeliveryError', { cause: error });
        return error;
      },
    );

  it('gets the checked address of a name, over connections that are used again', async () => {
    const client = clientOf('', resolvingTo('2606:4700::1111', PUBLIC));
    await get(client, 'http://vendor.example/');
    // The connection is free in the next turn of the event loop.
    await new Promise((resolve) => void setImmediate(resolve));
    await get(client, 'http://vendor.example/');
    expect(targets).toEqual([`${PUBLIC}:80`]);
    expect(direct.map(({ headers }) => headers.host)).toEqual(['vendor.example', 'vendor.example']);
    expect(logins).toEqual([undefined]);
  });

  it('gets only addresses that the policy allows', async () => {
    const addresses = ['10.0.0.1', PUBLIC];
    await get(clientOf('', resolvingTo(...addresses)), 'http://mixed.example/');
    for (const host of ['private.example', '10.0.0.1', '127.0.0.1', '[::1]']) {
      const error = await failed(clientOf('', resolvingTo('10.0.0.1', '::1')), `http://${host}/`);
      expect([error.kind, error.message]).toEqual(['rejected', expect.stringContaining('PATCHBAY_EGRESS_ALLOW')]);
    }
    expect(targets).toEqual([`${PUBLIC}:80`]);
  });

  it('gets the name if it resolves names itself, but never a private address', async () => {
    const options = { resolvesNames: true };
    await get(clientOf('', unresolvable, options), 'http://vendor.example:8080/');
    expect((await failed(clientOf('', unresolvable, options), 'http://10.0.0.1/')).kind).toBe('rejected');
    expect(targets).toEqual(['vendor.example:8080']);
  });

  it.each(['2130706433', '0x7f.1', '127.1', '0177.0.0.1', '１２７.0.0.1', '10.0.0.1:80/?', 'a@10.0.0.1', '10.0.0.1 x'])(
    'gets no address that is written as the name %s',
    async (host) => {
      clientOf('', unresolvable, { resolvesNames: true });
      const [egress] = policies;
      if (egress === undefined) throw new Error('there is no policy');
      const error: unknown = await openSocket(egress, { host, port: 6379 }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: expect.stringMatching(/^(EGRESS_REFUSED|ENOTFOUND)$/) });
      expect(targets).toEqual([]);
    },
  );

  it('is not used for listed hosts and addresses', async () => {
    const url = (host: string): string => `http://${host}:${portOf(vendor)}/`;
    await get(clientOf('127.0.0.1/32', unresolvable), url('127.0.0.1'));
    await get(clientOf('127.0.0.1/32', resolvingTo('127.0.0.1')), url('crm.example'));
    await get(clientOf('crm.internal', resolvingTo('127.0.0.1'), { resolvesNames: true }), url('crm.internal'));
    expect(direct).toHaveLength(3);
    expect(targets).toEqual([]);
  });

  it('gets its credentials, which no error contains', async () => {
    const url = `http://hub:${encodeURIComponent(PASSWORD)}@127.0.0.1:${portOf(proxy)}`;
    const client = clientOf('', resolvingTo(PUBLIC), { url });
    status = 407;
    const error = await failed(client, 'http://vendor.example/');
    expect(logins).toEqual([`Basic ${Buffer.from(`hub:${PASSWORD}`).toString('base64')}`]);
    expect(error.kind).toBe('transient');
    expect(error.message).toContain('refused the credentials (407)');
    expect(`${error.message} ${String(error.cause)}`).not.toMatch(/inv(@|%40)nted/);
  });

  it('fails a request before it is sent if it refuses the target or is unreachable', async () => {
    status = 403;
    const refused = await failed(clientOf('', resolvingTo(PUBLIC)), 'http://vendor.example/');
    expect([refused.kind, refused.message]).toEqual([
      'transient',
      expect.stringMatching(/answered 403 to a connection to 8\.8\.8\.8:80.*before the request was sent/),
    ]);
    const away = await failed(
      clientOf('', resolvingTo(PUBLIC), { url: 'http://127.0.0.1:1' }),
      'http://vendor.example/',
    );
    expect(away.message).toContain('the egress proxy could not be reached (ECONNREFUSED)');
    expect(direct).toEqual([]);
  });

  it('sees only encrypted bytes of an https request, with the name of the vendor for its certificate', async () => {
    // The vendor of this test speaks no TLS, so the request fails after the first message of the handshake.
    const error = await failed(clientOf('', resolvingTo(PUBLIC)), 'https://vendor.example/secret');
    expect(error.kind).toBe('transient');
    expect(targets).toEqual([`${PUBLIC}:443`]);
    expect(firstBytes[0]).toBe(0x16);
    expect(firstBytes.includes('vendor.example')).toBe(true);
    expect(firstBytes.includes('secret')).toBe(false);
  });

  it('carries the connections of plugins for other protocols', async () => {
    clientOf('', resolvingTo(PUBLIC));
    const [egress] = policies;
    if (egress === undefined) throw new Error('there is no policy');
    const socket = await openSocket(egress, { host: 'broker.example', port: 5672 });
    sockets.add(socket);
    expect(targets).toEqual([`${PUBLIC}:5672`]);
    await expect(openSocket(egress, { host: '10.0.0.1', port: 5672 })).rejects.toThrow('PATCHBAY_EGRESS_ALLOW');
  });
});
