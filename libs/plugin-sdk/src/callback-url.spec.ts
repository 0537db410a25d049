import { describe, expect, it } from '@jest/globals';
import { deliveryInCallbackUrl, provenCallbackUrl, requireProvenCallbackUrl } from './callback-url.js';

const URL_OF_DESTINATION = 'https://hub.example.com/v1/callbacks/a-destination/a-token';

describe('a proven callback URL', () => {
  const url = provenCallbackUrl(URL_OF_DESTINATION, 'secret', 'delivery-1');
  const holds = (called: string, secret = 'secret') => {
    try {
      requireProvenCallbackUrl(called, secret);
      return true;
    } catch {
      return false;
    }
  };

  it('names its delivery and passes with its secret, also where the vendor added something', () => {
    expect(deliveryInCallbackUrl(url)).toBe('delivery-1');
    expect(holds(url)).toBe(true);
    expect(holds(`${url}&status=DELIVRD`)).toBe(true);
  });

  it('does not pass for another secret, delivery or destination, nor without a proof', () => {
    expect(holds(url, 'other')).toBe(false);
    expect(holds(url.replace('delivery-1', 'delivery-2'))).toBe(false);
    expect(holds(url.replace('a-destination', 'b-destination'))).toBe(false);
    expect(holds(url.replace(/proof=[^&]+/, 'proof='))).toBe(false);
    expect(holds(URL_OF_DESTINATION)).toBe(false);
  });

  it('may name no delivery, and is then one for all of them', () => {
    const shared = provenCallbackUrl(`${URL_OF_DESTINATION}?delivery=delivery-1`, 'secret');
    expect(shared).toBe(provenCallbackUrl(`${URL_OF_DESTINATION}?delivery=delivery-2`, 'secret'));
    expect(deliveryInCallbackUrl(shared)).toBeUndefined();
    expect(holds(shared)).toBe(true);
    expect(holds(`${shared}&delivery=delivery-1`)).toBe(false);
  });
});
