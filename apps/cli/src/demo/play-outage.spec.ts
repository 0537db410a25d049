import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/core';
import { capillarySandbox } from '@patchbay/testing';
import type { ApiPath } from '../api/api-path.js';
import { Reporter } from '../output/reporter.js';
import { playOutage } from './play-outage.js';

const NOW = Date.parse('2026-12-01T08:00:00Z');
const EVENT = { eventName: 'pointsIssued', eventId: 'original' };

/** Plays the outage against a hub that imports only some of the lines. Returns the problems and the output. */
async function play(imported: number): Promise<{ problems: readonly string[]; out: string }> {
  const { events, webhooks } = capillarySandbox();
  // Nothing listens at the address, so the event before the outage reaches no hub.
  const webhook = {
    webHookId: 'w',
    consumerGroupId: 'g',
    active: true,
    eventNames: [],
    webHookUrl: 'http://127.0.0.1:9',
  };
  webhooks.byId.set('w', webhook);
  let stored: readonly JsonObject[] = [];
  let out = '';
  const reporter = new Reporter(
    {
      env: {},
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: () => undefined },
    },
    false,
  );
  const client = {
    post: ({ template }: ApiPath): Promise<JsonObject> => {
      if (template.endsWith('/imports')) return Promise.resolve({ id: 'i-1' });
      const total = (events.logs.get('g')?.length ?? 0) + 1;
      return Promise.resolve({ days: [{ total, missing: total - 1 - stored.length }] });
    },
    patchBytes: (_path: ApiPath, bytes: Buffer): Promise<JsonObject> => {
      const lines = bytes.toString().trim().split('\n').slice(0, imported);
      stored = lines.map((line) => JSON.parse(line) as JsonObject);
      return Promise.resolve({});
    },
    get: ({ template }: ApiPath): Promise<JsonObject> => {
      if (template.includes('/imports/')) return Promise.resolve({ endedAt: 'now', accepted: stored.length });
      const data = stored.map(({ createdAt }) => {
        return { occurredAt: new Date(Number(createdAt)).toISOString(), outcome: { delivered: 1 } };
      });
      return Promise.resolve({ data });
    },
  };
  const signal = new AbortController().signal;
  const problems = await playOutage({ client, events, event: EVENT, now: NOW, signal, limitMs: 0 }, reporter);
  return { problems, out };
}

describe('playOutage', () => {
  it('finds all events of an hour of the day before, and recovers them', async () => {
    const { problems, out } = await play(Infinity);
    expect(problems).toEqual([]);
    expect(out).toContain('reconcile 2026-11-30: Capillary counted 13 events, 12 are missing');
    expect(out).toContain('12 recovered, 12 delivered');
    expect(out).toContain('reconcile 2026-11-30: Capillary counted 13 events, 0 are missing');
  });

  it('reports events that were not recovered', async () => {
    const { problems } = await play(11);
    expect(problems).toEqual([
      expect.stringContaining('11 recovered, 11 delivered'),
      expect.stringContaining('1 are missing'),
    ]);
  });
});
