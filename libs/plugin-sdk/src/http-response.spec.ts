import { describe, expect, it } from '@jest/globals';
import { isSuccess, recordedResponse } from './http-response.js';
import { joinUrl } from './join-url.js';

describe('isSuccess', () => {
  it.each([
    [199, false],
    [200, true],
    [299, true],
    [300, false],
  ])('%i: %s', (status, expected) => {
    expect(isSuccess({ status })).toBe(expected);
  });
});

describe('recordedResponse', () => {
  it('shortens the body', () => {
    expect(recordedResponse({ status: 202, text: 'x'.repeat(5_000) })).toEqual({
      status: 202,
      body: 'x'.repeat(4_096),
    });
  });
});

describe('joinUrl', () => {
  it.each(['https://a.example', 'https://a.example/', 'https://a.example//'])('joins %s', (base) => {
    expect(joinUrl(base, '/v1')).toBe('https://a.example/v1');
  });
});
