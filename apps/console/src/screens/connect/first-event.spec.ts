import { describe, expect, it } from '@jest/globals';
import { curlCommand, sampleOf, unreachable } from './first-event';

describe('sampleOf', () => {
  it('has the format of the source', () => {
    expect(sampleOf('capillary', 'pointsIssued', { a: 1 })?.('x')).toMatchObject({
      eventName: 'pointsIssued',
      eventId: 'x',
      data: { a: 1 },
    });
    expect(sampleOf('cloudevents', 't', {})?.('x')).toMatchObject({ specversion: '1.0', id: 'x', type: 't' });
    expect(sampleOf('json', 't', {})).toBeNull();
  });
});

describe('unreachable', () => {
  it('leaves only the id of another customer', () => {
    const customerIdentifiers = { customerId: 1, instore: { mobile: '919000000001', email: 'asha@example.com' } };
    expect(unreachable({ eventName: 'pointsIssued', data: { points: 5, customerIdentifiers } })).toEqual({
      eventName: 'pointsIssued',
      data: { points: 5, customerIdentifiers: { customerId: 700100299 } },
    });
  });

  it('does not exist for an event of another format', () => expect(unreachable({ data: { points: 5 } })).toBeNull());
});

describe('curlCommand', () => {
  it('has a variable in the place of the secret, and quotes that a shell keeps', () => {
    expect(curlCommand('https://hub/x', 'x-acme-token', { a: "it's" })).toBe(
      `curl -X POST 'https://hub/x' -H "x-acme-token: $SECRET" -H 'content-type: application/json' -d '{"a":"it'\\''s"}'`,
    );
    expect(curlCommand('u', 'Authorization', {})).toContain('"Authorization: Bearer $SECRET"');
  });
});
