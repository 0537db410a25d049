import { expect, it } from '@jest/globals';
import { basicAuth } from './basic-auth.js';

it('encodes the examples of RFC 7617', () => {
  expect(basicAuth('Aladdin', 'open sesame')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
  expect(basicAuth('test', '123£')).toBe('Basic dGVzdDoxMjPCow==');
});
