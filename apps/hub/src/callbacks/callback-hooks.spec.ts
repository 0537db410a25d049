import type { ClientRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { CALLBACK_URL, createServer } from '../http/http-server.js';
import { ProblemError } from '../http/problem.js';
import { OpenRequests } from '../testing/open-requests.js';
import { admitCallbacks } from './callback-hooks.js';
import type { CalledDestination } from './called-destinations.js';

describe('admitCallbacks', () => {
  let server: FastifyAdapter;
  let requests: OpenRequests;
  let onAdmitted: () => void;
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
    requests = await OpenRequests.to(fastify);
  });
  afterEach(async () => {
    requests.close();
    await server.close();
  });

  const open = (path: string, length: number): ClientRequest =>
    requests.open({ path: `/v1/callbacks/${path}`, headers: { 'content-length': length } });
  const statusOf = (client: ClientRequest): Promise<number | undefined> => requests.statusOf(client);

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
