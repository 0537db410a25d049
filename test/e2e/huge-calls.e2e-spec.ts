import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startTestHub, type IngestAnswer, type TestHub } from './support/test-hub.js';

const BYTES = 8 * 1024 * 1024;

/** Builds a text of about 8 MiB, which repeats one part between a prefix and a suffix. */
const filled = (start: string, part: string, end: string): string =>
  `${start}${part.repeat(Math.floor((BYTES - start.length - end.length) / part.length))}${end}`;

describe('a call of 8 MB of tiny values', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub({
      brands: { acme: acmeBrand({ when: '{ data.totalPointsIssued: { $gt: 1000000 } }' }) },
      env: acmeEnv('http://127.0.0.1:9/'),
      hubFile: `ingest: { bodyLimitBytes: ${BYTES} }`,
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => hub.close());

  const post = (body: unknown): Promise<IngestAnswer> => hub.ingest('acme/capillary', body, ACME_AUTH);

  it.each([
    ['numbers', filled('[', '1,', '1]')],
    ['empty objects', filled('[', '{},', '{}]')],
    ['texts', filled('[', '"",', '""]')],
  ])('is refused completely if they are events: %s', async (_what, body) => {
    expect((await post(body)).status).toBe(413);
    expect((await post(pointsIssued('after'))).status).toBe(202);
  });

  it.each([
    ['numbers', filled('{"eventName":"a","eventId":"n","data":{"list":[', '1,', '1]}}')],
    ['empty arrays', filled('{"eventName":"a","eventId":"a","data":{"list":[', '[],', '[]]}}')],
    ['one of a list', filled('[{"eventName":"a","eventId":"l","data":{"list":[', '1,', '1]}}]')],
  ])('is quarantined if they are in one event: %s', async (_what, body) => {
    const answer = await post(body);
    expect([answer.status, answer.events.map(({ status }) => status)]).toEqual([202, ['quarantined']]);
    const stored = await hub.admin('GET', `/v1/brands/acme/events/${answer.events[0]?.id}`);
    expect(stored.text).toMatch(/more than 20000 values/);
  });

  it('is stored if they are 1,000 events with fewer values than an event may have', async () => {
    const body = `[${Array.from({ length: 1_000 }, (_, n) => eventOf4000Values(n)).join(',')}]`;
    const answer = await post(body);
    expect([answer.status, new Set(answer.events.map(({ status }) => status))]).toEqual([202, new Set(['accepted'])]);
  });
});

/** Builds an event of about 8 KiB with 4,000 values. */
function eventOf4000Values(n: number): string {
  return `{"eventName":"a","eventId":"${n}","data":{"list":[${'1,'.repeat(4_000)}1]}}`;
}
