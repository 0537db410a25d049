import { describe, expect, it } from '@jest/globals';
import { deliveryInCallbackUrl, provenCallbackUrl, requireProvenCallbackUrl } from './callback-url.js';

const URL_OF_DESTINATION = 'https://hub.example.com/v1/callbacks/a-destination/a-token';

describe('provenCallbackUrl', () => {
  const url = provenCallbackUrl(URL_OF_DESTINATION, 'secret', 'delivery-1');
  const holds = (called: string, secret = 'secret') => {
    try {
      requireProvenCallbackUrl(called, secret);
      return true;
    } catch {
      return false;
    }
  };

  it('contains the delivery and passes the check with the same secret, even if the vendor added parameters', () => {
    expect(deliveryInCallbackUrl(url)).toBe('delivery-1');
    expect(holds(url)).toBe(true);
    expect(holds(`${url}&status=DELIVRD`)).toBe(true);
  });

  it('fails the check with another secret, delivery or destination, or without a proof', () => {
    expect(holds(url, 'other')).toBe(false);
    expect(holds(url.replace('delivery-1', 'delivery-2'))).toBe(false);
    expect(holds(url.replace('a-destination', 'b-destination'))).toBe(false);
    expect(holds(url.replace(/proof=[^&]+/, 'proof='))).toBe(false);
    expect(holds(URL_OF_DESTINATION)).toBe(false);
  });

  it('can omit the delivery, and is then the same URL for all deliveries', () => {
    const shared = provenCallbackUrl(`${URL_OF_DESTINATION}?delivery=delivery-1`, 'secret');
    expect(shared).toBe(provenCallbackUrl(`${URL_OF_DESTINATION}?delivery=delivery-2`, 'secret'));
    expect(deliveryInCallbackUrl(shared)).toBeUndefined();
    expect(holds(shared)).toBe(true);
    expect(holds(`${shared}&delivery=delivery-1`)).toBe(false);
  });
});
