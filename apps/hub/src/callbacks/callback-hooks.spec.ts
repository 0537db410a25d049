import { request, type ClientRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { CALLBACK_URL, createServer } from '../http/http-server.js';
import { ProblemError } from '../http/problem.js';
import { admitCallbacks } from './callback-hooks.js';
import type { CalledDestination } from './called-destinations.js';

describe('admitCallbacks', () => {
  let server: FastifyAdapter;
  let port: number;
  let onAdmitted: () => void;
  const clients: ClientRequest[] = [];
  beforeEach(async () => {
    onAdmitted = () => undefined;
    server = createServer();
    const fastify = server.getInstance();
    const find = async (_id: string, token: string): Promise<CalledDestination> => {
      if (token !== 'token') throw new ProblemError(403, 'wrong token');
      return Promise.resolve({} as CalledDestination);
    };
    admitCallbacks(fastify, { find }, 1_000);
    fastify.setErrorHandler((error, _request, reply) =>
      reply.status(error instanceof ProblemError ? error.status : 500).send(''),
    );
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    fastify.addHook('preParsing', (_request, _reply, payload, done) => {
      onAdmitted();
      done(null, payload);
    });
    fastify.post(CALLBACK_URL, (_request, reply) => reply.status(204).send());
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    const address = fastify.server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await server.close();
  });

  /** Sends the headers of a call and leaves its body open. */
  function open(path: string, length: number): ClientRequest {
    const client = request({
      ...{ port, host: '127.0.0.1', method: 'POST', path: `/v1/callbacks/${path}`, agent: false },
      headers: { 'content-type': 'a/b', 'content-length': length },
    });
    client.on('error', () => undefined);
    client.flushHeaders();
    clients.push(client);
    return client;
  }

  function statusOf(client: ClientRequest): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      client.once('close', () => reject(new Error('The server closed the connection.')));
      client.once('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
    });
  }

  it('refuses a wrong token before the body is read', async () => {
    expect(await statusOf(open('mail/wrong', 900))).toBe(403);
  });

  it('limits the bodies in flight, fairly between destinations', async () => {
    const admitted = new Promise<void>((resolve) => (onAdmitted = resolve));
    const first = open('mail/token', 500);
    await admitted;
    expect(await statusOf(open('mail/token', 100))).toBe(429);
    const other = open('text/token', 100);
    other.end('x'.repeat(100));
    expect(await statusOf(other)).toBe(204);
    first.end('x'.repeat(500));
    expect(await statusOf(first)).toBe(204);
  });
});
