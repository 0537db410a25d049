import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { createServer } from './server.js';

/** A client on a bare socket, that does as it likes. */
interface Client {
  readonly socket: Socket;
  /** Resolves with all that came when the server has hung up. */
  readonly hungUp: Promise<string>;
}

describe('a client that takes its time', () => {
  let server: FastifyAdapter;
  let port: number;
  const clients: Socket[] = [];
  beforeEach(async () => {
    server = createServer(1_024, { requestMs: 150, checkEveryMs: 20 });
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
    const hungUp = new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
    // The server may hang up while more is on its way.
    socket.on('error', () => undefined);
    return { socket, hungUp };
  }

  it('is cut off when it sends nothing', async () => {
    expect(await open().hungUp).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is cut off in the middle of its headers, however busily it adds to them', async () => {
    const { socket, hungUp } = open();
    socket.write('POST / HTTP/1.1\r\nhost: hub\r\n');
    const more = setInterval(() => socket.write('x-more: 1\r\n'), 10);
    expect(await hungUp).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(more);
  });

  it('is cut off in the middle of its body', async () => {
    const { socket, hungUp } = open();
    socket.write('POST / HTTP/1.1\r\nhost: hub\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\n');
    const more = setInterval(() => socket.write('a'), 10);
    expect(await hungUp).not.toContain('taken');
    clearInterval(more);
  });

  it('is answered when it hurries', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    });
    expect(await answer.text()).toBe('taken');
  });
});
