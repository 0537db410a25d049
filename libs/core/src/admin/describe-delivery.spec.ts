import { describe, expect, it } from '@jest/globals';
import { countOutcomes } from './delivery-outcomes.js';
import { lookupPausedReason } from '../lookups/lookup-pauses.js';
import { capReason } from '../messaging/caps.js';
import { contactReason, quotaReason, quotaWaitReason } from '../messaging/destination-rules.js';
import { describeDelivery } from './describe-delivery.js';
import { explainDelivery } from './explain-delivery.js';
import type { DeliverySummary } from './read-store.port.js';

function delivery(also: Partial<DeliverySummary>): DeliverySummary {
  return {
    ...{
      id: '019aa000-0000-7000-8000-000000000000',
      eventId: 'e',
      eventType: 't',
      customerId: '7',
      destinationId: 'x',
    },
    ...{ destination: 'sms', subscriptionId: 's', subscription: 'points', subscriptionVersionId: 'v' },
    ...{
      status: 'succeeded',
      reason: null,
      step: 0,
      nextStepTrigger: null,
      routeEntry: null,
      blocked: false,
      mergedInto: null,
      inFlight: false,
    },
    ...{
      countedAttempts: 1,
      attempts: 1,
      direct: false,
      batch: null,
      errorKind: null,
      vendorCode: null,
      externalId: null,
      vendorStatus: null,
    },
    ...{ vendorStatusAt: null, dueAt: null, createdAt: 0, updatedAt: 0, endedAt: null },
    ...also,
  };
}

const QUOTA = { max: 5, perMs: 86_400_000 };

describe('describeDelivery', () => {
  const cases: readonly (readonly [Partial<DeliverySummary>, string])[] = [
    [{}, 'Sent.'],
    [{ vendorStatus: 'delivered' }, 'Sent, and the vendor reports: delivered.'],
    [{ vendorStatus: 'bounced' }, 'Sent, but the vendor reports: bounced.'],
    [{ status: 'held' }, 'On hold: the destination sms is paused.'],
    [
      { status: 'held', reason: 'lookup paused: recipients.resolver' },
      'On hold: the lookup recipients.resolver is paused, because its credentials were refused.',
    ],
    [{ status: 'held', reason: 'quiet hours until noon' }, 'On hold: the destination sms is paused.'],
    [{ status: 'scheduled', attempts: 0 }, 'Waiting to be sent.'],
    [{ status: 'scheduled', attempts: 0, inFlight: true }, 'Attempt 1 is in flight.'],
    [
      { status: 'scheduled', attempts: 0, reason: 'quiet hours until 2026-11-30T09:00+05:30' },
      'Waiting: quiet hours until 2026-11-30T09:00+05:30.',
    ],
    [
      { status: 'scheduled', attempts: 3, errorKind: 'transient', vendorCode: '503' },
      'Retrying: attempt 3 failed, transient (503).',
    ],
    [
      { status: 'suppressed', reason: 'cap: 3 sms per 1d, this would be number 4' },
      'Not sent: cap: 3 sms per 1d, this would be number 4.',
    ],
    [{ status: 'suppressed', reason: 'expired' }, 'Not sent: the message was too old.'],
    [
      { status: 'suppressed', reason: contactReason(30 * 86_400_000) },
      'Not sent: the customer has had a message of this destination, and it sends only one per 30d.',
    ],
    [
      { status: 'suppressed', reason: quotaReason(QUOTA) },
      'Not sent: the destination sends 5 messages per 1d, and these are used up.',
    ],
    [
      { status: 'scheduled', attempts: 0, reason: quotaWaitReason(QUOTA, Date.parse('2026-03-02T00:00:00Z'), 'UTC') },
      'Waiting until 2026-03-02T00:00+00:00: the destination sends 5 messages per 1d, and these are used up.',
    ],
    [
      { status: 'scheduled', attempts: 0, reason: lookupPausedReason('recipients.resolver') },
      'On hold: the lookup recipients.resolver is paused, because its credentials were refused.',
    ],
    [
      { status: 'suppressed', reason: 'no recipient', nextStepTrigger: 'noRecipient' },
      'Not sent: no address of the customer was found. The next step of the fallback took over.',
    ],
    [
      { status: 'suppressed', reason: 'hard bounce' },
      'Not sent: messages to the address bounced, so the address is on the suppression list.',
    ],
    [{ status: 'dead', errorKind: 'rejected', vendorCode: '21211' }, 'Failed: rejected (21211).'],
    [{ status: 'dead', errorKind: 'transient', attempts: 8 }, 'Failed after 8 attempts: transient.'],
    [{ status: 'superseded' }, 'Not sent: a newer state replaced it.'],
    [{ status: 'merged', mergedInto: 'd-2' }, 'Merged into the digest delivery d-2.'],
    [{ status: 'cancelled', reason: 'cancelled by pointsReversed e-1' }, 'Cancelled: by pointsReversed e-1.'],
    [{ status: 'cancelled', reason: 'by a person' }, 'Cancelled: by a person.'],
  ];
  it.each(cases)('describes %j', (also, text) => expect(describeDelivery(delivery(also))).toBe(text));

  it('tells that a lost answer needs a decision', () => {
    expect(describeDelivery(delivery({ status: 'unconfirmed' }))).toContain('may have arrived');
  });
});

describe('explainDelivery', () => {
  const cap = capReason({ max: 3, perMs: 86_400_000, channel: 'sms', key: '' }, 3);
  const cases: readonly (readonly [Partial<DeliverySummary>, string, object])[] = [
    [{}, 'sent', {}],
    [{ vendorStatus: 'bounced' }, 'vendorReportsFailure', { status: 'bounced' }],
    [{ status: 'suppressed', reason: cap }, 'cap', { max: '3', channel: 'sms', period: '1d', number: '4' }],
    [{ status: 'suppressed', reason: 'expired' }, 'expired', {}],
    [{ status: 'suppressed', reason: 'opt-out' }, 'optOut', {}],
    [{ status: 'suppressed', reason: 'suppression list' }, 'suppressionList', {}],
    [{ status: 'suppressed', reason: 'another rule' }, 'notSent', { reason: 'another rule' }],
    [
      { status: 'scheduled', reason: 'quiet hours until 2026-11-30T09:00+05:30' },
      'quietHours',
      { until: '2026-11-30T09:00+05:30' },
    ],
    [
      { status: 'cancelled', reason: 'cancelled by pointsReversed e-1' },
      'cancelledByEvent',
      { type: 'pointsReversed', event: 'e-1' },
    ],
    [{ status: 'cancelled', reason: 'destination deleted' }, 'destinationDeleted', {}],
    [{ status: 'cancelled', reason: null }, 'cancelled', { reason: '' }],
    [
      { status: 'dead', errorKind: 'rejected', vendorCode: '21211' },
      'failed',
      { attempts: 1, cause: 'rejected', vendorCode: '21211' },
    ],
  ];
  it.each(cases)('gives the code and the values of %j', (also, code, values) =>
    expect(explainDelivery(delivery(also))).toEqual({ code, values }),
  );
});

describe('countOutcomes', () => {
  const at = (hour: number): string => `019aa000-000${hour}-7000-8000-000000000000`;

  it('counts only the latest delivery of each subscription', () => {
    expect(
      countOutcomes([
        delivery({ id: at(3), status: 'succeeded' }),
        delivery({ id: at(1), status: 'dead' }),
        delivery({ id: at(1), subscriptionId: 'other', status: 'held' }),
        delivery({ id: at(1), subscriptionId: 'third', status: 'merged' }),
        delivery({ id: at(1), subscriptionId: 'fourth', status: 'superseded' }),
      ]),
    ).toEqual({ delivered: 1, undelivered: 0, failed: 0, waiting: 1, notSent: 1, merged: 1 });
  });

  it('counts what the vendor did not deliver', () => {
    const undelivered = delivery({ id: at(1), status: 'succeeded', vendorStatus: 'undelivered' });
    const arrived = delivery({ id: at(1), subscriptionId: 'other', status: 'succeeded', vendorStatus: 'delivered' });
    expect(countOutcomes([undelivered, arrived])).toMatchObject({ delivered: 2, undelivered: 1 });
  });

  it('counts the last step of a fallback, whose delivery has the time of the first one', () => {
    const first = delivery({ id: '019aa000-0001-7fff-8000-000000000000', status: 'dead', nextStepTrigger: 'rejected' });
    const second = delivery({ id: at(1), status: 'succeeded', step: 1 });
    expect(countOutcomes([second, first])).toMatchObject({ delivered: 1, failed: 0 });
  });
});
