import { describe, expect, it } from '@jest/globals';
import { renderTask } from '@patchbay/mapping';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { mappingScope } from '../delivery/build-message.js';
import type { FieldProblem } from '../delivery/destination-gateway.port.js';
import { previewMessage, HIDDEN_TEXT, placeholderFor } from './preview-message.js';

const event = {
  id: 'e',
  type: 'pointsIssued',
  brand: 'acme',
  source: 'in',
  customerId: '7',
  occurredAt: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  data: { points: 49 },
};
const brand = { name: 'acme', timezone: 'UTC' };
const template = { to: '{{ recipient.phone }}', body: '{{ data.points }} points' };
const noProblems = (): readonly FieldProblem[] => [];

function preview(
  mapping: JsonObject,
  recipient: { readonly phone?: string },
  check: () => readonly FieldProblem[],
): ReturnType<typeof previewMessage> {
  const scope = mappingScope({ event, brand, recipient });
  return previewMessage(renderTask({ template: mapping, options: {}, scope }), check);
}

describe('previewMessage', () => {
  it('returns the message that would be sent', () => {
    const recipient = { phone: '+15005550006' };
    expect(preview(template, recipient, noProblems)).toEqual({
      message: { to: '+15005550006', body: '49 points' },
      problems: [],
    });
  });

  it('names the missing recipient field', () => {
    const missing = (): readonly FieldProblem[] => [{ field: 'to', message: 'is required', missing: true }];
    expect(preview(template, {}, missing)).toEqual({
      message: { body: '49 points' },
      problems: [{ field: 'to', message: 'the recipient has no phone' }],
    });
  });

  it('keeps the problem of a missing field that does not read the recipient', () => {
    const missing = (): readonly FieldProblem[] => [{ field: 'body', message: 'is required', missing: true }];
    expect(preview(template, {}, missing).problems).toEqual([{ field: 'body', message: 'is required' }]);
  });

  it('names the field whose mapping fails', () => {
    const failing = { to: '{{ data.points | e164 }}' };
    const { message, problems } = preview(failing, {}, noProblems);
    expect(message).toBeNull();
    expect(problems).toMatchObject([{ field: 'to' }]);
  });
});

describe('placeholderFor', () => {
  it.each([
    ['+919000000001', '+15005550006'],
    ['919000000001', '+15005550006'],
    ['someone@example.org', 'customer@example.com'],
    ['1985-04-12T00:00:00Z', '2000-01-01'],
    ['Asha', HIDDEN_TEXT],
    ['', ''],
    [919000000001, 0],
    [true, false],
    [null, null],
  ])('%j becomes %j', (value, placeholder) => expect(placeholderFor(value)).toBe(placeholder));

  it('keeps the shape of arrays and objects', () => {
    expect(placeholderFor([{ name: 'Asha', phones: ['919000000001'] }])).toEqual([
      { name: HIDDEN_TEXT, phones: ['+15005550006'] },
    ]);
  });
});
