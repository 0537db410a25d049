import { describe, expect, it } from '@jest/globals';
import { MASK, maskedSecret, maskedSettings } from './masked-values.js';

describe('masked values of the audit log', () => {
  it('of a secret show only if it is set', () => {
    expect([maskedSecret('x'), maskedSecret({ bearer: 'x' }), maskedSecret(null)]).toEqual([MASK, MASK, null]);
  });

  it('of settings show addresses, names and numbers', () => {
    const settings = {
      url: 'https://crm.example.com/in',
      from: '+15005550006',
      retries: 3,
      sandboxMode: true,
      method: null,
    };
    expect(maskedSettings(settings)).toEqual(settings);
  });

  it.each([
    ['https://user:invented@crm.example.com/in', `https://crm.example.com/in?${MASK}`],
    ['https://crm.example.com/in?key=invented', `https://crm.example.com/in?${MASK}`],
    ['https://crm.example.com/in#invented', 'https://crm.example.com/in'],
  ])('of the URL %s show origin and path', (url, masked) => expect(maskedSettings({ url })).toEqual({ url: masked }));

  it.each(['apiToken', 'accessKey', 'password', 'authorization', 'clientSecret', 'webhookSignature'])(
    'of a text named %s show only that it is set',
    (name) => expect(maskedSettings({ [name]: 'invented' })).toEqual({ [name]: MASK }),
  );

  it('of headers, queries and bodies show their shape', () => {
    const request = { headers: { 'x-api': 'invented' }, json: [{ to: 'invented', n: 1 }, 'invented'] };
    expect(maskedSettings({ request })).toEqual({
      request: { headers: { 'x-api': MASK }, json: [{ to: MASK, n: 1 }, MASK] },
    });
    expect(maskedSettings(null)).toBeNull();
  });
});
