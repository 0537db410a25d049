import { describe, expect, it } from '@jest/globals';
import { createPaint } from '../output/paint.js';
import { stepLines, summary } from './report.js';
import type { StepResult } from './step-result.js';

const plain = createPaint({}, { write: () => undefined });
const result: StepResult = {
  step: {
    title: 'Points',
    events: () => Promise.resolve([]),
    answer: 'accepted',
    expected: [{ destination: 'sms', status: 'succeeded', text: 'points' }],
    note: 'A note.',
  },
  answers: [{ id: 'e', type: 'pointsIssued', status: 'accepted' }],
  messages: [
    { destination: 'sms', vendor: 'Acme', to: '+919000000001', subject: null, text: 'You have points', signed: false },
  ],
  deliveries: [
    {
      ...{ id: 'd', eventId: 'e', subscription: 's', status: 'dead' },
      ...{ destination: 'crm', reason: 'no such number' },
      vendorStatus: null,
    },
  ],
};

describe('stepLines', () => {
  it('prints the events, the received messages and the dead letters', () => {
    const text = stepLines(result, 3, plain).join('\n');
    expect(text).toContain('3  Points  pointsIssued accepted');
    expect(text).toMatch(/✓ sms +Acme to \+919000000001: You have points/);
    expect(text).toMatch(/✗ crm +dead letter: no such number/);
    expect(text).toContain('A note.');
    expect(text).not.toContain('!');
  });

  it('counts events of the same type and status', () => {
    const answers = [...result.answers, ...result.answers, { id: 'o', type: 'pointsIssued', status: 'duplicate' }];
    const [head] = stepLines({ ...result, answers }, 1, plain);
    expect(head).toBe('1  Points  2 × pointsIssued accepted, pointsIssued duplicate');
  });

  it('prints messages that did not arrive', () => {
    expect(stepLines({ ...result, messages: [] }, 1, plain).join('\n')).toContain('! sms did not receive "points"');
  });

  it('has no colours without a terminal', () => {
    expect(stepLines(result, 1, plain).join('')).not.toContain('\u001b');
  });
});

describe('summary', () => {
  it('counts messages, callbacks, duplicates and dead letters', () => {
    expect(summary([result], [])).toBe(
      '1 of 1 expected messages arrived · 0 confirmed by signed status callbacks · 0 duplicates dropped · 1 dead letter · no problems',
    );
    expect(summary([{ ...result, messages: [] }], ['x'])).toContain('0 of 1 expected messages arrived');
  });
});
