import type { ClientRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BOOTSTRAP_CALLER, type Caller } from '@patchbay/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { admitAdminCalls } from './admin-hooks.js';
import { callerOf } from './request-caller.js';
import { ProblemError } from './problem.js';
import { createServer } from './http-server.js';
import { OpenRequests } from '../testing/open-requests.js';

const KEY_ROUTE = { controller: Map, handler: Map };

describe('admitAdminCalls', () => {
  let server: FastifyAdapter;
  let requests: OpenRequests;
  let admitted = 0;
  let onAdmitted: () => void;
  beforeEach(async () => {
    admitted = 0;
    onAdmitted = () => undefined;
    server = createServer();
    const fastify = server.getInstance();
    const check = async (head: FastifyRequest): Promise<Caller> => {
      const { authorization: keyId } = head.headers;
      if (keyId === undefined) throw new ProblemError(401, 'no key');
      return Promise.resolve({ ...BOOTSTRAP_CALLER, keyId });
    };
    admitAdminCalls(fastify, { check }, 1_000);
    fastify.setErrorHandler((error, _request, reply) =>
      reply.status(error instanceof ProblemError ? error.status : 500).send(''),
    );
    fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    fastify.addHook('preParsing', (_request, _reply, payload, done) => {
      admitted += 1;
      onAdmitted();
      done(null, payload);
    });
    fastify.route({
      method: ['GET', 'POST'],
      url: '/',
      config: { keyRoute: KEY_ROUTE },
      handler: (head, reply) => reply.send(callerOf(head).keyId),
    });
    requests = await OpenRequests.to(fastify);
  });
  afterEach(async () => {
    requests.close();
    await server.close();
  });

  const open = (key: string | null, length: number | null, method = 'POST'): ClientRequest =>
    requests.open({
      method,
      headers: {
        ...(key === null ? {} : { authorization: key }),
        ...(length === null ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }),
      },
    });
  const statusOf = (client: ClientRequest): Promise<number | undefined> => requests.statusOf(client);

  async function held(key: string, length: number): Promise<ClientRequest> {
    const seen = new Promise<void>((resolve) => (onAdmitted = resolve));
    const client = open(key, length);
    await seen;
    return client;
  }

  it('refuses a request without a key before its body is read', async () => {
    expect(await statusOf(open(null, 900))).toBe(401);
    expect(admitted).toBe(0);
  });

  it('limits the bodies in flight, and frees their bytes when a request ends', async () => {
    const first = await held('a', 500);
    expect(await statusOf(open('a', 100))).toBe(429);
    const other = await held('b', 100);
    expect(await statusOf(open('c', 500))).toBe(429);
    first.end('x'.repeat(500));
    expect(await statusOf(first)).toBe(200);
    other.destroy();
    let again: number | undefined;
    // The server may process the end of a response after the client has received the response.
    do {
      const client = open('a', 500);
      client.end('x'.repeat(500));
      again = await statusOf(client);
    } while (again === 429);
    expect(again).toBe(200);
  });

  it('counts a body without Content-Length chunk by chunk', async () => {
    await held('a', 900);
    const chunked = open('b', null);
    chunked.write('x'.repeat(50));
    chunked.write('x'.repeat(200));
    expect(await statusOf(chunked)).toBe(429);
  });

  it('accepts requests without a body while the limit is reached', async () => {
    await held('a', 900);
    const without = open('a', 0);
    without.end();
    expect(await statusOf(without)).toBe(200);
  });
});
