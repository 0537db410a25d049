import { describe, expect, it } from '@jest/globals';
import { hidden, SECRET, toldSettings } from './masked-values.js';

describe('what the audit log is told', () => {
  it('of a secret: that there is one, or none', () => {
    expect([hidden('x'), hidden({ bearer: 'x' }), hidden(null)]).toEqual([SECRET, SECRET, null]);
  });

  it('of settings: addresses, names and numbers', () => {
    const settings = {
      url: 'https://crm.example.com/in',
      from: '+15005550006',
      retries: 3,
      sandboxMode: true,
      method: null,
    };
    expect(toldSettings(settings)).toEqual(settings);
  });

  it.each([
    ['https://user:invented@crm.example.com/in', `https://crm.example.com/in?${SECRET}`],
    ['https://crm.example.com/in?key=invented', `https://crm.example.com/in?${SECRET}`],
    ['https://crm.example.com/in#invented', 'https://crm.example.com/in'],
  ])('of a URL: where it leads', (url, told) => expect(toldSettings({ url })).toEqual({ url: told }));

  it.each(['apiToken', 'accessKey', 'password', 'authorization', 'clientSecret', 'webhookSignature'])(
    'of a text named %s: that it is set',
    (name) => expect(toldSettings({ [name]: 'invented' })).toEqual({ [name]: SECRET }),
  );

  it('of headers, queries and bodies: their shape', () => {
    const request = { headers: { 'x-api': 'invented' }, json: [{ to: 'invented', n: 1 }, 'invented'] };
    expect(toldSettings({ request })).toEqual({
      request: { headers: { 'x-api': SECRET }, json: [{ to: SECRET, n: 1 }, SECRET] },
    });
    expect(toldSettings(null)).toBeNull();
  });
});
