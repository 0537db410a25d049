import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createEgressPolicy } from '@patchbay/http';
import { defineDestination, Field, type CallbackRequest, type StatusCallback } from '@patchbay/plugin-sdk';
import type { DiscoveredPlugin } from '../discovery/discovered-plugin.js';
import { answerHandshake, authenticateCallback, parseCallback as parseUpdates } from './status-callbacks.js';

const parseCallback = (...given: Parameters<typeof parseUpdates>) => parseUpdates(...given).statuses;

class Credentials {
  @Field({ label: 'Key', secret: true })
  key: string;
}
class Empty {
  @Field({ label: 'Note', optional: true })
  note?: string;
}

function plugin(statusCallback?: StatusCallback<Credentials, Empty>): DiscoveredPlugin {
  const definition = defineDestination({
    type: 'probe',
    label: 'Probe',
    description: 'For tests.',
    category: 'sms',
    messaging: 'sms',
    contract: 2,
    credentials: Credentials,
    settings: Empty,
    message: Empty,
    verify: () => Promise.resolve(),
    deliver: () => Promise.resolve({}),
    ...(statusCallback === undefined ? {} : { statusCallback }),
  });
  return { name: 'plugins/probe', definition, presets: new Map(), readme: null, logo: null };
}
const request: CallbackRequest = {
  method: 'POST',
  url: 'https://hub.example.com/v1/callbacks/d/t',
  headers: { 'x-key': 'k' },
  rawBody: Buffer.from('{}'),
};
const own = { credentials: { key: 'k' }, settings: {} };
const clock = { now: () => 1_795_544_400_000 };
const ports = { egress: createEgressPolicy('127.0.0.1/32'), clock };
const logged: unknown[] = [];
const write = (fields: object, message: string): void => void logged.push([fields, message]);
const logger = { info: write, warn: write, error: write };
const callback = (parse: unknown): StatusCallback<Credentials, Empty> => ({
  authenticate(incoming, { credentials }) {
    if (incoming.headers['x-key'] !== credentials.key) throw new Error('not the vendor');
  },
  parse: parse as StatusCallback<Credentials, Empty>['parse'],
});

describe('answerHandshake', () => {
  const answered = (handshake: unknown): string | undefined => {
    const callbacks = {
      ...callback(() => []),
      handshake: handshake as NonNullable<StatusCallback<Credentials, Empty>['handshake']>,
    };
    return answerHandshake(plugin(callbacks), { ...request, method: 'GET' }, own, logger);
  };

  it('returns the answer of the plugin, which gets the credentials', () => {
    expect(answered((_request: unknown, { credentials }: { credentials: Credentials }) => credentials.key)).toBe('k');
  });

  it.each<[string, unknown]>([
    ['refuses', () => undefined],
    ['answers with a number', () => 7],
    ['answers with an empty text', () => ''],
    ['answers with a text that is too long', () => 'x'.repeat(1_025)],
    [
      'fails',
      () => {
        throw new Error('broken');
      },
    ],
  ])('returns nothing if the plugin %s', (_what, handshake) => {
    expect(answered(handshake)).toBeUndefined();
  });

  it('returns nothing if the plugin has no handshake', () => {
    expect(answerHandshake(plugin(callback(() => [])), request, own, logger)).toBeUndefined();
  });
});

describe('authenticateCallback', () => {
  it('accepts a call of the vendor and refuses others', async () => {
    const probe = plugin(callback(() => []));
    expect(await authenticateCallback(probe, request, own, ports)).toBe(true);
    expect(await authenticateCallback(probe, { ...request, headers: {} }, own, ports)).toBe(false);
    expect(await authenticateCallback(plugin(), request, own, ports)).toBe(false);
    const slow = plugin({ authenticate: () => Promise.reject(new Error('no')), parse: () => [] });
    expect(await authenticateCallback(slow, request, own, ports)).toBe(false);
  });

  it('passes the clock of the hub to the plugin', async () => {
    const seen: number[] = [];
    const probe = plugin({ authenticate: (_request, { now }) => void seen.push(now()), parse: () => [] });
    expect(await authenticateCallback(probe, request, own, ports)).toBe(true);
    expect(seen).toEqual([1_795_544_400_000]);
  });

  it('allows requests for authentication, through the egress guard', async () => {
    const vendor = createServer((_asked, answer) => answer.end('the-proof'));
    await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}/key`;
    const probe = plugin({
      authenticate: async (_request, { http }) => {
        if ((await http.send({ method: 'GET', url, readsOnly: true })).text !== 'the-proof') throw new Error('forged');
      },
      parse: () => [],
    });
    expect(await authenticateCallback(probe, request, own, ports)).toBe(true);
    expect(await authenticateCallback(probe, request, own, { egress: createEgressPolicy(''), clock })).toBe(false);
    await new Promise((resolve) => vendor.close(resolve));
  });
});

describe('parseCallback', () => {
  it('returns the valid updates', () => {
    const updates = [
      { deliveryId: 'd1', status: 'delivered', at: '2026-01-02T03:04:05+01:00', detail: 'x'.repeat(2_000), extra: 1 },
      { externalId: 'm1', status: 'failed', at: 'yesterday', suppress: 'manual' },
      { externalId: 'm2', status: 'failed', suppress: 'opt_out' },
      { status: 'delivered' },
      { externalId: 'm1', status: 'exploded' },
      { externalId: '', status: 'sent' },
      { deliveryId: 7, status: 'sent' },
    ];
    expect(parseCallback(plugin(callback(() => updates)), request, own, logger)).toEqual([
      { deliveryId: 'd1', status: 'delivered', at: '2026-01-02T02:04:05.000Z', detail: 'x'.repeat(500) },
      { externalId: 'm1', status: 'failed' },
      { externalId: 'm2', status: 'failed', suppress: 'opt_out' },
    ]);
  });

  it('separates valid updates about addresses', () => {
    const phone = { kind: 'phone', value: '+15005550006' };
    const updates = [
      { address: phone, change: 'opt_out', detail: 'x'.repeat(2_000), extra: 1 },
      { address: phone, change: 'opt_in', at: '2026-01-31T10:00:00+01:00' },
      { address: null, change: 'opt_out' },
      { address: phone, change: 'manual' },
      { address: { kind: 'fax', value: '1' }, change: 'opt_out' },
      { address: { kind: 'email', value: ' ' }, change: 'complaint' },
      { address: { kind: 'email', value: 'x'.repeat(5_000) }, change: 'complaint' },
    ];
    expect(parseUpdates(plugin(callback(() => updates)), request, own, logger)).toEqual({
      statuses: [],
      recipients: [
        { address: phone, change: 'opt_out', detail: 'x'.repeat(500) },
        { address: phone, change: 'opt_in', at: '2026-01-31T09:00:00.000Z' },
      ],
    });
  });

  it('passes the values of the destination to the plugin', () => {
    const parse = (_request: unknown, { credentials }: { credentials: Credentials }) => [
      { externalId: credentials.key, status: 'sent' },
    ];
    expect(parseCallback(plugin(callback(parse)), request, own, logger)).toEqual([{ externalId: 'k', status: 'sent' }]);
  });

  it('limits the updates, and returns none if the plugin fails', () => {
    const many = Array.from({ length: 5_000 }, () => ({ externalId: 'm', status: 'sent' }));
    expect(parseCallback(plugin(callback(() => many)), request, own, logger)).toHaveLength(5_000);
    for (const parse of [
      () => {
        throw new Error('person@example.com');
      },
      () => null,
      () => [null],
    ]) {
      expect(parseCallback(plugin(callback(parse)), request, own, logger)).toEqual([]);
    }
    expect(JSON.stringify(logged)).not.toContain('person@example.com');
    expect(logged.length).toBeGreaterThan(0);
  });
});
