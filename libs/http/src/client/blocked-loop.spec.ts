import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAnsweringThread, type AnsweringThread } from '@patchbay/testing/services';
import { createEgressPolicy } from '../egress/egress-policy.js';
import { closeConnections, createHttpClient } from './create-http-client.js';

const LIMIT_MS = 500;
const egress = createEgressPolicy('127.0.0.1/32');

describe('an answer that arrived while the event loop was blocked', () => {
  let server: AnsweringThread;
  beforeAll(async () => {
    server = await startAnsweringThread();
  });
  afterAll(async () => {
    closeConnections(egress);
    await server.close();
  });

  it('is read before the time limit applies', async () => {
    const { signal } = new AbortController();
    const request = { method: 'POST' as const, url: server.url, json: {} };
    // The connection stays open, so that the next request is sent in the same turn in which its time limit starts.
    server.allow();
    await createHttpClient({ egress, signal }).exchange(request);
    let blocked = 0;
    const onSent = (): void => {
      server.blockUntilAnswered(LIMIT_MS);
      blocked++;
    };
    const answer = await createHttpClient({ egress, signal, timeoutMs: LIMIT_MS, onSent }).exchange(request);
    expect([answer.status, blocked]).toEqual([200, 1]);
  });
});
