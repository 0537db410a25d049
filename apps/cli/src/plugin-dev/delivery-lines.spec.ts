import { describe, expect, it } from '@jest/globals';
import { SandboxRequest } from '@patchbay/testing';
import { createPaint } from '../output/paint.js';
import { deliveryLines } from './delivery-lines.js';

const paint = createPaint({}, { write: () => undefined });
const request = new SandboxRequest(
  'POST',
  '/v1/messages',
  new URLSearchParams(),
  { host: '127.0.0.1:3001', authorization: 'Bearer invented', 'user-agent': 'Patchbay' },
  Buffer.from('{"to":"+15005550006"}'),
  {},
  '/acme-sms/v1/messages',
);

describe('deliveryLines', () => {
  it('shows message, request, answer and outcome', () => {
    const attempts = [{ outcome: 'accepted', durationMs: 12, response: { status: 202, body: 'queued' } }];
    const delivery = { status: 'succeeded', externalId: 'm-1', explanation: 'Sent.', attempts };
    expect(
      deliveryLines({ delivery, message: { to: '+15005550006' }, requests: [request], violations: [] }, paint),
    ).toEqual([
      'message  {',
      '           "to": "+15005550006"',
      '         }',
      'request  POST /acme-sms/v1/messages',
      '         authorization: Bearer invented',
      '         {',
      '           "to": "+15005550006"',
      '         }',
      'answer   202',
      '         queued',
      'outcome  succeeded, accepted in 12 ms, m-1',
    ]);
  });

  it('shows why there was no attempt, and requests that the vendor does not document', () => {
    const delivery = { status: 'dead', explanation: 'The subscription has no mapping.', attempts: [] };
    expect(
      deliveryLines({ delivery, message: undefined, requests: [], violations: ['unknown field \u001b[31mto'] }, paint),
    ).toEqual(['outcome  dead, The subscription has no mapping.', 'violation  unknown field to']);
  });
});
