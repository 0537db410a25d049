import { describe, expect, it } from '@jest/globals';
import { sendAtMs } from '../send-at.js';
import { emailCopies, emailHeaders } from './email-headers.js';

const to = 'a@example.com';

describe('emailHeaders', () => {
  it('adds the headers of the one-click unsubscribe', () => {
    expect(emailHeaders({})).toBeUndefined();
    expect(emailHeaders({ headers: { 'X-Campaign': 'points' }, unsubscribeUrl: 'https://acme.example/u?c=1' })).toEqual(
      {
        'X-Campaign': 'points',
        'List-Unsubscribe': '<https://acme.example/u?c=1>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    );
  });

  it.each(['Bcc', 'to', 'CC', 'Resent-Bcc', 'Content-Type', 'list-unsubscribe', 'X-APIHEADER', 'a b', 'a:b', ''])(
    'refuses the header "%s"',
    (name) => {
      const refused = expect.objectContaining({ kind: 'mapping' });
      expect(() => emailHeaders({ headers: { [name]: 'b@example.com' } })).toThrow(refused);
    },
  );
});

describe('emailCopies', () => {
  it('contains each address once, and never the recipient', () => {
    const message = {
      to,
      cc: ['A@example.com', 'b@example.com', 'B@example.com'],
      bcc: ['b@example.com', 'c@example.com'],
    };
    expect(emailCopies(message)).toEqual({ cc: ['b@example.com'], bcc: ['c@example.com'] });
    expect(emailCopies({ to })).toEqual({ cc: [], bcc: [] });
  });
});

describe('sendAtMs', () => {
  it('reads a time with its offset, and refuses a date that does not exist', () => {
    expect(sendAtMs('2026-01-31T10:00:00+05:30')).toBe(Date.UTC(2026, 0, 31, 4, 30));
    expect(() => sendAtMs('2026-13-31T10:00:00Z')).toThrow(expect.objectContaining({ kind: 'mapping' }));
  });
});
