import { expect, it } from '@jest/globals';
import { basicAuth } from './basic-auth.js';

it('encodes as the examples of RFC 7617 do', () => {
  expect(basicAuth('Aladdin', 'open sesame')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
  expect(basicAuth('test', '123£')).toBe('Basic dGVzdDoxMjPCow==');
});
