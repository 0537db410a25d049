import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cloudEventsAdapter } from './cloudevents.adapter.js';

const structured = {
  specversion: '1.0',
  id: 'e-1',
  source: '/shop/eu',
  type: 'order.paid',
  subject: '42',
  time: '2025-06-18T05:28:55Z',
  datacontenttype: 'application/json',
  traceparent: '00-abc',
  data: { total: 5, phone: '15005550006' },
};
const event = {
  type: 'order.paid',
  eventId: 'e-1',
  organisation: '/shop/eu',
  occurredAt: '2025-06-18T05:28:55.000Z',
  customerIds: ['42'],
  data: { total: 5, phone: '15005550006' },
};

describe('CloudEvents', () => {
  it('reads structured mode', () => {
    expect(cloudEventsAdapter.read(structured, {})).toEqual([
      {
        kind: 'event',
        event: {
          ...event,
          attributes: {
            specversion: '1.0',
            source: '/shop/eu',
            subject: '42',
            datacontenttype: 'application/json',
            extensions: { traceparent: '00-abc' },
          },
        },
      },
    ]);
  });

  it('reads a batch', () => {
    const results = cloudEventsAdapter.read([structured, { ...structured, id: 'e-2' }, 'x'], {
      'content-type': 'application/cloudevents-batch+json',
    });
    expect(results.map(({ kind }) => kind)).toEqual(['event', 'event', 'unreadable']);
  });

  it('reads binary mode, with an array as the data of one event', () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'e-1',
      'ce-source': '/shop/eu',
      'ce-type': 'order.paid',
      'ce-subject': '%34%32',
      'ce-time': '2025-06-18T05:28:55Z',
      'content-type': 'application/json',
      authorization: 'secret',
    };
    expect(cloudEventsAdapter.read(event.data, headers)).toMatchObject([{ kind: 'event', event }]);
    expect(cloudEventsAdapter.read([1, 2], headers)).toMatchObject([{ event: { data: { value: [1, 2] } } }]);
    expect(JSON.stringify(cloudEventsAdapter.read({}, headers))).not.toContain('secret');
    expect(cloudEventsAdapter.read({}, { 'ce-type': '%E0%A4%A' })).toMatchObject([{ event: { type: '%E0%A4%A' } }]);
  });

  it('reads data_base64, takes the customer from data, and derives an id from the content', () => {
    const base64 = Buffer.from('{"customerId":7}').toString('base64');
    const [result] = cloudEventsAdapter.read({ type: 't', data_base64: base64 }, {});
    expect(result).toMatchObject({ event: { data: { customerId: 7 }, customerIds: ['7'], organisation: null } });
    expect(result).toMatchObject({ event: { eventId: expect.stringMatching(/^sha256:/) } });
    expect(cloudEventsAdapter.read({ type: 't', data_base64: 'AAEC' }, {})).toMatchObject([
      { event: { data: { value: 'AAEC' } } },
    ]);
  });

  it('reports an event without a type as unreadable', () => {
    expect(cloudEventsAdapter.read({ ...structured, type: undefined }, {})).toMatchObject([{ kind: 'unreadable' }]);
  });

  it('finds the recipient by plain field names', () => {
    expect(
      cloudEventsAdapter.recipientOf('t', {
        customer: { email: 'asha@example.com', locale: 'en' },
        mobile: 15005550006,
      }),
    ).toEqual({
      phone: '+15005550006',
      email: 'asha@example.com',
      locale: 'en',
    });
  });

  it('never throws for any JSON and any headers', () => {
    const header = fc.dictionary(
      fc.constantFrom('ce-type', 'ce-id', 'ce-time', 'ce-x', 'content-type', 'constructor'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.jsonValue(), header, (body, headers) => {
        expect(cloudEventsAdapter.read(body, headers)).toBeInstanceOf(Array);
      }),
    );
  });
});
