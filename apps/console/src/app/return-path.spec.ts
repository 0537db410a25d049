import { describe, expect, it } from '@jest/globals';
import { returnPath } from './return-path';

describe('returnPath', () => {
  it('returns the page that was open before', () => {
    expect(returnPath('/b/acme/events?customer=7')).toBe('/console/b/acme/events?customer=7');
    expect(returnPath('/console/keys')).toBe('/console/keys');
  });

  it.each([undefined, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/sign-in', ['/keys']])(
    'returns the start for %j',
    (wanted) => expect(returnPath(wanted)).toBe('/console'),
  );
});
