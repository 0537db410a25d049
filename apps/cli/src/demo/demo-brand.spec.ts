import { describe, expect, it } from '@jest/globals';
import { readDemoBrand } from './demo-brand.js';

const VENDORS = new Map([
  [
    'acme-sms',
    { type: 'acme-sms', credentials: { keys: ['first', 'second'] }, settings: { baseUrl: 'http://127.0.0.1:1/acme' } },
  ],
]);
const TEXT = `brand: demo
sources:
  platform: { adapter: json, auth: { bearer: ['\${env:ANY_NAME}'] } }
destinations:
  text:
    type: acme-sms
    credentials: { keys: ['\${env:KEY_B}'] }
    settings: { baseUrl: '\${env:URL_C}', from: literal }
`;

describe('readDemoBrand', () => {
  it('assigns each variable the value of the field that uses it', () => {
    const brand = readDemoBrand(TEXT, 'demo.yaml', VENDORS, 'token');
    expect(brand.variables).toEqual({ ANY_NAME: 'token', KEY_B: 'first', URL_C: 'http://127.0.0.1:1/acme' });
    expect([...brand.types]).toEqual([['text', 'acme-sms']]);
  });

  it.each([
    [
      'a type without a sandbox',
      TEXT.replace('acme-sms', 'other-sms'),
      /destinations\.text\.\S+ .*no sandbox.*other-sms/,
    ],
    [
      'a field that the sandbox lacks',
      TEXT.replace('baseUrl', 'apiUrl'),
      /destinations\.text\.settings\.apiUrl .*no such/,
    ],
    ['a file that is not valid YAML', 'brand: [', /brand file .* is invalid/],
  ])('names %s', (_, text, message) => {
    expect(() => readDemoBrand(text, 'demo.yaml', VENDORS, 'token')).toThrow(message);
  });
});
