import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RouteHandlerMethod } from 'fastify';
import { CALLBACK_URL, createServer, INGEST_URL, prepareServer } from './http-server.js';

/** Client on a raw socket. */
interface Client {
  readonly socket: Socket;
  /** Resolves with all received data when the server has closed the connection. */
  readonly closed: Promise<string>;
}

describe('a slow client', () => {
  let server: FastifyAdapter;
  let port: number;
  const clients: Socket[] = [];
  beforeEach(async () => {
    server = createServer({ requestMs: 1_000, checkEveryMs: 20 });
    const fastify = server.getInstance();
    fastify.post('/', async (_request, reply) => reply.send('taken'));
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    const address = fastify.server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await server.close();
  });

  function open(): Client {
    const socket = connect(port, '127.0.0.1');
    clients.push(socket);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
    // The server may close the connection while data is being sent.
    socket.on('error', () => undefined);
    return { socket, closed };
  }

  it('is disconnected if it sends nothing', async () => {
    expect(await open().closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is disconnected if its headers take too long, even if it keeps sending', async () => {
    const { socket, closed } = open();
    socket.write('POST / HTTP/1.1\r\nhost: hub\r\n');
    const more = setInterval(() => socket.write('x-more: 1\r\n'), 10);
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(more);
  });

  it('is disconnected if its body takes too long', async () => {
    const { socket, closed } = open();
    socket.write('POST / HTTP/1.1\r\nhost: hub\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\n');
    const more = setInterval(() => socket.write('a'), 10);
    expect(await closed).not.toContain('taken');
    clearInterval(more);
  });

  it('gets a response if it sends its request in time', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    });
    expect(await answer.text()).toBe('taken');
  });
});

@Module({})
class EmptyModule {}

describe('a request body', () => {
  const BYTES = Buffer.from('{"ä": 1}\u0000');
  let app: NestFastifyApplication;
  beforeEach(async () => {
    app = await NestFactory.create<NestFastifyApplication>(EmptyModule, createServer(), { logger: false });
    await prepareServer(app, 10_000);
    const fastify = app.getHttpAdapter().getInstance();
    const handler: RouteHandlerMethod = async ({ body }, reply) =>
      reply.send(body instanceof Uint8Array ? Buffer.from(body).toString('hex') : null);
    fastify.post('/', handler);
    fastify.post(INGEST_URL, handler);
    fastify.post(CALLBACK_URL, handler);
    fastify.post('/v1/brands', { config: { keyRoute: { controller: Map, handler: Map } } }, handler);
  });
  afterEach(() => app.close());

  it.each([
    undefined,
    'application/json',
    'application/json; charset=latin1',
    'text/plain',
    'x-own/type+json',
    'a/b;c="d"',
  ])('arrives as bytes if its type is %s, for the first and the second request', async (type) => {
    for (let time = 0; time < 2; time += 1) {
      const headers = type === undefined ? {} : { 'content-type': type };
      const answer = await app.inject({ method: 'POST', url: '/', headers, payload: BYTES });
      expect([answer.statusCode, answer.body]).toEqual([200, BYTES.toString('hex')]);
    }
  });

  it.each([
    ['/', 4_096],
    ['/nowhere', 4_096],
    ['/v1/brands', 10_000],
    ['/v1/ingest/acme/orders', 10_000],
    ['/v1/callbacks/1/a', 10_000],
  ])('of %s may have %i bytes', async (url, limit) => {
    const statusOf = async (bytes: number): Promise<number> =>
      (await app.inject({ method: 'POST', url, payload: Buffer.alloc(bytes) })).statusCode;
    expect(await statusOf(limit)).toBe(url === '/nowhere' ? 404 : 200);
    expect(await statusOf(limit + 1)).toBe(413);
  });
});
