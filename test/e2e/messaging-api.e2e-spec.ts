import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_TOKEN, pointsIssued } from './support/acme.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const SID = `AC${'0'.repeat(32)}`;
const sms = (name: string): object => ({
  name,
  type: 'twilio-sms',
  credentials: { accountSid: SID, authToken: 'invented-token' },
  settings: { from: '+15005550006' },
});
const english = { to: '{{ recipient.phone }}', body: '{{ digest.count }}: {{ data.totalPointsIssued }} points' };
const arabic = { to: '{{ recipient.phone }}', body: 'لديك {{ data.totalPointsIssued }} نقطة' };
const messaging = {
  quietHours: { from: '21:00', to: '09:00' },
  digest: '10m',
  expireAfter: '24h',
  cancelOn: ['issuedPointsReversed'],
  fallback: [
    {
      destination: 'backup',
      on: ['rejected'],
      after: '10m',
      mapping: { ...english, body: 'Again: {{ data.totalPointsIssued }}' },
    },
    { destination: 'third' },
  ],
};

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
  const made = [
    await hub.admin('POST', '/v1/brands', { name: 'acme', messaging: { caps: { sms: { max: 3, per: '24h' } } } }),
    await hub.admin('POST', '/v1/brands/acme/sources', {
      name: 'capillary',
      adapter: 'capillary',
      auth: { bearer: [ACME_TOKEN] },
    }),
    await hub.admin('POST', '/v1/brands/acme/destinations', sms('sms')),
    await hub.admin('POST', '/v1/brands/acme/destinations', sms('backup')),
    await hub.admin('POST', '/v1/brands/acme/destinations', sms('third')),
    await hub.admin('POST', '/v1/brands/acme/subscriptions', {
      ...{ name: 'points', source: 'capillary', events: ['pointsIssued'], destination: 'sms' },
      mapping: { locale: '{{ recipient.locale }}', en: english, ar: arabic },
      messaging,
    }),
  ];
  expect(made.map(({ status, body }) => [status, status === 201 ? null : body])).toEqual(made.map(() => [201, null]));
}, SERVICE_TIMEOUT_MS);
afterAll(() => hub.close());

describe('messaging over the API', () => {
  it('is shown with the fields of a brand file', async () => {
    const { body } = await hub.admin('GET', '/v1/brands/acme/subscriptions/points');
    expect(at(body, 'messaging')).toEqual({ purpose: 'promotional', ...messaging, expireAfter: '1d' });
    const brand = await hub.admin('GET', '/v1/brands/acme');
    expect(at(brand.body, 'messaging')).toEqual({ caps: { sms: { max: 3, per: '1d' } } });
  });

  it('is exported with the fields of a brand file', async () => {
    const { text } = await hub.admin('GET', '/v1/brands/acme/export');
    expect(text).toContain('caps:');
    expect(text).toContain('digest: 10m');
    expect(text).toContain('- destination: third');
    expect(text).not.toContain('Ms:');
  });

  it('is changed by a merge patch, with the checks of a brand file', async () => {
    const path = '/v1/brands/acme/subscriptions/points';
    const wrong = await hub.admin('PATCH', path, { messaging: { expireAfter: '5m' } });
    expect([wrong.status, at(wrong.body, 'errors.0.field')]).toEqual([422, 'messaging.expireAfter']);
    const right = await hub.admin('PATCH', path, { messaging: { quietHours: { to: '08:00' }, sendAfter: '5m' } });
    expect([right.status, at(right.body, 'messaging.quietHours')]).toEqual([200, { from: '21:00', to: '08:00' }]);
    await hub.admin('PATCH', path, { messaging: { quietHours: { to: '09:00' }, sendAfter: null } });
  });

  it('prevents the deletion of a destination that a fallback uses', async () => {
    const { status, body } = await hub.admin('DELETE', '/v1/brands/acme/destinations/backup');
    expect([status, at(body, 'detail')]).toEqual([
      409,
      'The destination backup is used by subscription points. Delete it first.',
    ]);
  });

  it('is previewed: a digest of one event, each language, each step', async () => {
    const event = pointsIssued('e-preview', 120, { programCurrentPoints: 500 });
    const bodyOf = async (also: object): Promise<unknown> => {
      const { body } = await hub.admin('POST', '/v1/brands/acme/preview', { event, subscription: 'points', ...also });
      expect(at(body, 'problems')).toEqual([]);
      return at(body, 'message.body');
    };
    expect(await bodyOf({})).toBe('1: 120 points');
    expect(await bodyOf({ locale: 'ar-AE' })).toBe('لديك 120 نقطة');
    expect(await bodyOf({ step: 1 })).toBe('Again: 120');
    expect(await bodyOf({ step: 2 })).toMatch(/120/);
    const none = await hub.admin('POST', '/v1/brands/acme/preview', { event, subscription: 'points', step: 3 });
    expect([none.status, at(none.body, 'errors.0.detail')]).toEqual([
      400,
      'the fallback of points has 2 steps: choose one of them',
    ]);
  });
});
