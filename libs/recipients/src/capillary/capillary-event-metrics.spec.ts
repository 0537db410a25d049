import { describe, expect, it } from '@jest/globals';
import { eventsBaseUrl } from './capillary-event-metrics.js';

describe('eventsBaseUrl', () => {
  it.each([
    ['https://eu.api.capillarytech.com', 'https://eu.intouch.capillarytech.com'],
    ['https://eu.intouch.capillarytech.com', 'https://eu.intouch.capillarytech.com'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['https://eu.api.capillarytech.com.example', 'https://eu.api.capillarytech.com.example'],
  ])('of %s is %s', (baseUrl, expected) => {
    expect(eventsBaseUrl(baseUrl)).toBe(expected);
  });
});
