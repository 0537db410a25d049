import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { BOOTSTRAP_CALLER, LiveConfiguration } from '@patchbay/core';
import { fastify, type FastifyInstance, type InjectOptions } from 'fastify';
import { AdminAccess } from './admin-access.service.js';
import { Authenticator } from './authenticator.service.js';

const ROUTE = { controller: Map, handler: Map };
const callerOf = jest.fn<Authenticator['callerOf']>();

describe('AdminAccess', () => {
  let access: AdminAccess;
  let server: FastifyInstance;
  beforeEach(async () => {
    callerOf.mockReset().mockResolvedValue(BOOTSTRAP_CALLER);
    const providers = [
      AdminAccess,
      { provide: Authenticator, useValue: { callerOf } },
      { provide: LiveConfiguration, useValue: {} },
    ];
    const module = await Test.createTestingModule({ providers }).compile();
    access = module.get(AdminAccess);
    server = fastify();
  });

  /** Returns true if the request postponed the end of its session. */
  async function isUse(check: 'check' | 'checkAgain', headers: InjectOptions['headers'] = {}): Promise<unknown> {
    server.get('/', async (request) => access[check](request, ROUTE));
    await server.inject({ url: '/', headers });
    return callerOf.mock.calls[0]?.[2];
  }

  it('lets a request postpone the end of its session', async () => {
    expect(await isUse('check')).toBe(true);
  });

  it('lets no request in the background postpone the end of its session', async () => {
    expect(await isUse('check', { 'x-patchbay-background': '1' })).toBe(false);
  });

  it('does not postpone the end of a session by checking an open response again', async () => {
    expect(await isUse('checkAgain')).toBe(false);
  });
});
