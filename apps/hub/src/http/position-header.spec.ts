import { describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { POSITION_HEADER, sendPositions } from './position-header.js';

const KEY_ROUTE = { controller: Map, handler: Map };

describe('sendPositions', () => {
  /** Sends a change to a server that reads its position by the given function. Returns the header of the answer. */
  async function positionOf(readPosition: () => Promise<string | null>): Promise<unknown> {
    const fastify = Fastify();
    sendPositions(fastify, readPosition);
    fastify.post('/changes', { config: { keyRoute: KEY_ROUTE } }, () => ({ done: true }));
    const { statusCode, headers } = await fastify.inject({ method: 'POST', url: '/changes' });
    expect(statusCode).toBe(200);
    await fastify.close();
    return headers[POSITION_HEADER];
  }

  it('adds the position to the answer to a change', async () => {
    expect(await positionOf(() => Promise.resolve('0/3000148'))).toBe('0/3000148');
  });

  it('answers without a position if it cannot be read, or not in time', async () => {
    expect(await positionOf(() => Promise.reject(new Error('unavailable')))).toBeUndefined();
    expect(await positionOf(() => new Promise(() => undefined))).toBeUndefined();
  });
});
