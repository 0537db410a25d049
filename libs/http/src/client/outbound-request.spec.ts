import { describe, expect, it } from '@jest/globals';
import type { HttpRequest } from '@patchbay/plugin-sdk';
import { RequestChecks } from './outbound-request.js';

const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({ method: 'POST', url, ...more });
const URL_OF_ALL = 'https://api.example.com:8443/v1/events?a=b#top';

describe('RequestChecks', () => {
  it('returns the same target for the same URL', () => {
    const checks = new RequestChecks();
    const target = checks.targetOf(request(URL_OF_ALL));
    expect(target).toEqual({
      origin: 'https://api.example.com:8443',
      host: 'api.example.com:8443',
      path: '/v1/events?a=b',
    });
    expect(checks.targetOf(request(URL_OF_ALL))).toBe(target);
  });

  it('checks every other URL', () => {
    const checks = new RequestChecks();
    for (let round = 0; round < 2; round += 1) {
      expect(checks.targetOf(request(URL_OF_ALL)).path).toBe('/v1/events?a=b');
      expect(() => checks.targetOf(request('ftp://api.example.com/'))).toThrow('only http and https');
      expect(() => checks.targetOf(request('https://user:word@api.example.com/'))).toThrow('contains credentials');
      expect(() => checks.targetOf(request('no URL'))).toThrow('the URL is invalid');
    }
  });

  it('adds the query of each request to the URL', () => {
    const checks = new RequestChecks();
    for (const n of ['1', '2']) {
      expect(checks.targetOf(request('https://a.example/x', { query: { n } })).path).toBe(`/x?n=${n}`);
      expect(checks.targetOf(request('https://a.example/x')).path).toBe('/x');
    }
  });

  it('checks the values of headers for each request, and refuses a name each time', () => {
    const checks = new RequestChecks();
    const headersOf = (headers: Record<string, string>): Record<string, string> =>
      checks.headersOf(request(URL_OF_ALL, { headers }), 'Patchbay');
    for (let round = 0; round < 2; round += 1) {
      expect(headersOf({ 'X-Event': 'one' })).toMatchObject({ 'x-event': 'one', 'user-agent': 'Patchbay' });
      expect(() => headersOf({ 'X-Event': 'one\r\nhost: other' })).toThrow('line break');
      expect(() => headersOf({ Host: 'other' })).toThrow('the header host is set by the hub');
      expect(() => headersOf({ 'no name': 'x' })).toThrow('characters that HTTP does not allow');
    }
  });

  it('checks names beyond the number that it remembers', () => {
    const checks = new RequestChecks();
    for (let n = 0; n < 300; n += 1) {
      const headers = checks.headersOf(request(URL_OF_ALL, { headers: { [`X-${n}`]: 'v' } }), 'Patchbay');
      expect(headers[`x-${n}`]).toBe('v');
    }
  });
});
