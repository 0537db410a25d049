import { describe, expect, it } from '@jest/globals';
import { renderTask } from '@patchbay/mapping';
import { personalContext, serialisePersonal } from '../event/privacy.js';
import {
  brandRecord,
  configurationRecords,
  plainVault,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import type { ReplayedEvent } from './replay.js';
import { replayDifference, type DifferenceView } from './replay-difference.js';
import { compiledBrand } from '../testing/loaded-store.js';

const ID = '019a0000-0000-7000-8000-000000000001';
const EVENT: ReplayedEvent = {
  ...{
    id: ID,
    type: 'pointsIssued',
    source: 'in',
    sourceId: 'source-1',
    customerId: '7',
    customerKey: '7',
    brandId: 'brand-1',
  },
  ...{ occurredAt: 5_000, receivedAt: 6_000, status: 'accepted', retentionDays: 30, sourceEventId: 'e-1' },
  ...{ configRevision: 1, attributes: {}, data: { points: 100 }, quarantineReason: null, erasedAt: null },
  sealed: plainVault.seal(
    personalContext(ID),
    serialisePersonal([{ root: 'data', path: ['phone'], value: '+919000000042' }]),
  ),
};
const view: DifferenceView = {
  configuration: compiledBrand(configurationRecords(), new Map([['simple', simpleAdapter]])),
  brand: brandRecord(),
  render: (task) => Promise.resolve(renderTask(task)),
  plugins: {
    facts: (type) => ({
      ...{ type, messaging: 'sms', quotaExcess: 'wait', hasStatusCallback: false, addressPathsOf: () => [] },
      ...{ limits: () => ({}), idempotent: () => false, batch: () => undefined, preset: () => undefined },
    }),
    checkMessage: (_type, message) =>
      typeof message === 'object' && message !== null && 'text' in message
        ? []
        : [{ field: 'text', message: 'is required', missing: true }],
  },
};

describe('replayDifference', () => {
  it('shows the message of each version, with a placeholder recipient', async () => {
    const recorded = subscriptionRecord({
      version: 1,
      mapping: { to: '{{ recipient.phone }}', text: '{{ data.points }}' },
    });
    const current = subscriptionRecord({
      version: 3,
      mapping: { to: '{{ recipient.phone }}', text: 'You have {{ data.points }}' },
    });
    const difference = await replayDifference(EVENT, { recorded, current }, view);
    expect(difference).toEqual({
      recorded: { version: 1, destination: 'out', message: { to: '+15005550006', text: 100 }, problems: [] },
      current: { version: 3, destination: 'out', message: { to: '+15005550006', text: 'You have 100' }, problems: [] },
      changed: ['message.text'],
    });
    expect(JSON.stringify(difference)).not.toContain('9000000042');
  });

  it('shows no difference between equal versions, and the problems of each version', async () => {
    const bad = subscriptionRecord({ mapping: { to: 'x' } });
    const difference = await replayDifference(EVENT, { recorded: bad, current: bad }, view);
    expect(difference.changed).toEqual([]);
    expect(difference.current?.problems).toEqual([{ field: 'text', message: 'is required' }]);
    const none = await replayDifference(EVENT, { recorded: bad, current: undefined }, view);
    expect(none).toMatchObject({ current: null, changed: ['destination', 'message', 'problems'] });
    const without = await replayDifference(
      EVENT,
      { recorded: bad, current: subscriptionRecord({ mapping: null }) },
      view,
    );
    expect(without.current).toMatchObject({ message: null, problems: [{ field: 'mapping' }] });
  });
});
