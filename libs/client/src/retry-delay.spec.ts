import { describe, expect, it } from '@jest/globals';
import { retryDelay } from './retry-delay.js';

const read = { method: 'GET', path: '/v1/brands', earlier: 0, status: 503, retryAfter: null };
const change = { ...read, method: 'POST' };
const ingest = { ...change, path: '/v1/ingest/acme/capillary' };

describe('retryDelay', () => {
  it.each([
    ['a read that the hub cannot answer', read, 500],
    ['a later attempt', { ...read, earlier: 2 }, 2_000],
    ['a read without an answer', { ...read, status: 0 }, 500],
    ['a read after the time that the hub names', { ...read, retryAfter: 3 }, 3_000],
    ['a call that sends events, because the hub drops repeated events', ingest, 500],
    ['a call that sends events and got no answer', { ...ingest, status: 0 }, 500],
    ['a change that the hub refused before it did anything', { ...change, status: 429, retryAfter: 0 }, 0],
  ])('repeats %s', (_, attempt, wait) => {
    expect(retryDelay(attempt)).toBe(wait);
  });

  it.each([
    ['a change that the hub may have made', change],
    ['a change without an answer', { ...change, status: 0 }],
    ['a refused read', { ...read, status: 422 }],
    ['a call that the hub would refuse for longer', { ...read, retryAfter: 31 }],
  ])('does not repeat %s', (_, attempt) => {
    expect(retryDelay(attempt)).toBeNull();
  });
});
