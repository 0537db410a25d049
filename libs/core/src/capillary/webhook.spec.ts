import { describe, expect, it } from '@jest/globals';
import { usedEventNames } from './event-names.js';
import { diffStates, diffWebhook, stateOf, webhookToWrite, type DesiredWebhook } from './webhook.js';

const desired: DesiredWebhook = {
  name: 'Patchbay acme capillary',
  url: 'https://hub.example.com/v1/ingest/acme/capillary',
  eventNames: ['pointsIssued', 'tierUpgraded'],
  header: { name: 'x-patchbay-secret', value: 'invented-current' },
};
const existing = {
  ...webhookToWrite(desired, undefined),
  webHookId: 'w1',
  consumerGroupId: 'g1',
  tillDetailsEnrichmentEnabled: true,
};

describe('diffWebhook', () => {
  it('finds nothing if Capillary has the webhook as desired, in any order of event types', () => {
    expect(diffWebhook({ ...existing, eventNames: ['tierUpgraded', 'pointsIssued'] }, desired)).toEqual([]);
  });

  it('shows all fields of a new webhook, without its secret', () => {
    const changes = diffWebhook(undefined, desired);
    expect(changes.map(({ field, before }) => [field, before])).toEqual([
      ['active', null],
      ['url', null],
      ['method', null],
      ['type', null],
      ['eventNames', null],
      ['header', null],
    ]);
    expect(JSON.stringify(changes)).not.toContain('invented');
  });

  it.each([
    ['deactivated', { active: false }, { field: 'active', before: 'false', after: 'true' }],
    ['sent elsewhere', { webHookUrl: 'https://other.example.com' }, { field: 'url', after: desired.url }],
    ['called with PUT', { methodType: 'PUT' }, { field: 'method', before: 'PUT', after: 'POST' }],
    ['put into a queue', { webHookType: 'QUEUE_INT' }, { field: 'type', before: 'QUEUE_INT', after: 'HTTP' }],
    ['without a type', { eventNames: ['pointsIssued'] }, { field: 'eventNames', added: ['tierUpgraded'], removed: [] }],
    ['with another type', { eventNames: ['a', ...desired.eventNames] }, { added: [], removed: ['a'] }],
    ['without a header', { webHookHeaders: {} }, { field: 'header', before: null }],
    ['with another secret', { webHookHeaders: { 'X-Patchbay-Secret': 'invented-other' } }, { field: 'header' }],
  ])('finds a webhook that is %s', (_name, change, expected) => {
    const changes = diffWebhook({ ...existing, ...change }, desired);
    expect(changes).toEqual([expect.objectContaining(expected)]);
    expect(JSON.stringify(changes)).not.toContain('invented');
  });

  it('ignores a header that Capillary masks', () => {
    expect(diffWebhook({ ...existing, webHookHeaders: { 'x-patchbay-secret': '******' } }, desired)).toEqual([]);
  });
});

describe('webhookToWrite', () => {
  it('creates a webhook with every field that Capillary requires', () => {
    expect(webhookToWrite(desired, undefined)).toEqual({
      name: desired.name,
      active: true,
      customerIdentifiersToBeEnriched: [],
      eventNames: desired.eventNames,
      maxAllowedConnections: 10,
      methodType: 'POST',
      webHookHeaders: { 'x-patchbay-secret': 'invented-current' },
      webHookType: 'HTTP',
      webHookUrl: desired.url,
    });
  });

  it('keeps the fields and headers that the hub does not manage', () => {
    const found = {
      ...existing,
      name: 'Named by a person',
      maxAllowedConnections: 20,
      webHookHeaders: { client: 'x', 'X-Patchbay-Secret': 'invented-old' },
    };
    expect(webhookToWrite(desired, found)).toEqual({
      ...found,
      webHookHeaders: { client: 'x', 'x-patchbay-secret': 'invented-current' },
    });
  });
});

describe('diffStates', () => {
  it('lists the event types that were removed', () => {
    const [written, now] = [stateOf(existing), stateOf({ ...existing, eventNames: ['pointsIssued'] })];
    expect(diffStates(written, now)).toEqual([
      expect.objectContaining({ field: 'eventNames', added: [], removed: ['tierUpgraded'] }),
    ]);
    expect(diffStates(written, written)).toEqual([]);
  });
});

describe('usedEventNames', () => {
  const catalogue = ['pointsIssued', 'pointsRedeemed', 'tierUpgraded'];
  const subscription = (events: string[], sourceId = 's1', cancelOn?: string[]) => ({
    ...{ events, sourceId },
    messaging:
      cancelOn === undefined ? null : { purpose: 'promotional' as const, fallback: [], cancelOn: { events: cancelOn } },
  });

  it('returns each type once, sorted, with the types that cancel messages', () => {
    const subscriptions = [
      subscription(['tierUpgraded', 'pointsIssued'], 's1', ['issuedPointsReversed']),
      subscription(['pointsIssued']),
      subscription(['CouponIssue'], 's2'),
    ];
    expect(usedEventNames(subscriptions, 's1', catalogue)).toEqual([
      'issuedPointsReversed',
      'pointsIssued',
      'tierUpgraded',
    ]);
  });

  it('replaces a pattern by the types of the catalogue', () => {
    expect(usedEventNames([subscription(['points*'])], 's1', catalogue)).toEqual(['pointsIssued', 'pointsRedeemed']);
    expect(usedEventNames([subscription(['*'])], 's1', catalogue)).toEqual(catalogue);
    expect(usedEventNames([], 's1', catalogue)).toEqual([]);
  });
});
