import { describe, expect, it } from '@jest/globals';
import type { ReceivedMessage } from './inbox.js';
import { arrivals, checkStep, checkCallbacks } from './check-step.js';
import type { DemoDelivery, StepResult } from './step-result.js';
import type { Step } from './story.js';

const message = (destination: string, text: string): ReceivedMessage => {
  return { destination, vendor: 'Vendor', to: null, subject: null, text, signed: false };
};
const delivery = (destination: string, more: Partial<DemoDelivery> = {}): DemoDelivery => ({
  ...{ id: 'd', eventId: 'e', subscription: 's', status: 'succeeded', reason: null, vendorStatus: null },
  destination,
  ...more,
});
const step: Step = {
  title: 'Two texts and a dead letter',
  events: () => Promise.resolve([]),
  answer: 'accepted',
  expected: [
    { destination: 'sms', status: 'succeeded', text: 'points', callback: 'delivered' },
    { destination: 'sms', status: 'succeeded', text: 'points', callback: 'delivered' },
    { destination: 'crm', status: 'dead', text: '21211' },
  ],
  declines: 'other',
};
const good: StepResult = {
  step,
  answers: [{ id: 'e', type: 'pointsIssued', status: 'accepted' }],
  messages: [message('sms', '10 points'), message('sms', '20 points')],
  deliveries: [
    delivery('sms', { vendorStatus: 'delivered' }),
    delivery('sms', { vendorStatus: 'delivered' }),
    delivery('crm', { status: 'dead', reason: 'error 21211' }),
  ],
  declined: 'because',
};

describe('checkStep', () => {
  it('returns no problems if every expectation is met', () => {
    expect(checkStep(good)).toEqual([]);
    expect(checkCallbacks(good)).toEqual([]);
    expect(arrivals(good)).toEqual({ arrived: 2, expected: 2 });
  });

  it('counts a message once', () => {
    const result = { ...good, messages: good.messages.slice(0, 1) };
    expect(checkStep(result)).toEqual(['sms did not receive "points": succeeded, succeeded']);
    expect(arrivals(result)).toEqual({ arrived: 1, expected: 2 });
  });

  it('names unexpected messages, for example after an accepted duplicate', () => {
    const duplicate: StepResult = { ...good, step: { ...step, answer: 'duplicate', expected: [] } };
    expect(checkStep(duplicate)).toEqual([
      'pointsIssued: expected status "duplicate", got "accepted"',
      'sms received an unexpected message',
      'sms received an unexpected message',
    ]);
  });

  it('names the delivery status of a missing message', () => {
    const deliveries = [delivery('sms', { status: 'scheduled', reason: 'transient' })];
    expect(checkStep({ ...good, messages: [], deliveries })).toEqual([
      'sms did not receive "points": scheduled (transient)',
      'sms did not receive "points": scheduled (transient)',
      'crm has no dead letter with 21211: no delivery',
    ]);
  });

  it('names a subscription that did not reject the event', () => {
    const { declined: _, ...rest } = good;
    expect(checkStep(rest)).toEqual(['the filter of other did not reject the event']);
  });

  it('names a missing status callback', () => {
    const deliveries = [delivery('sms', { vendorStatus: 'sent' }), ...good.deliveries.slice(1)];
    expect(checkCallbacks({ ...good, deliveries })[0]).toContain('sms has no vendor status "delivered"');
  });
});
