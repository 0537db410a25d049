import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../json-types.js';
import { MappingError } from '../mapping-error.js';
import { compileUrl } from './url-template.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
process.stderr.write(`url-template.spec: FC_SEED=${seed}\n`);

const contacts = compileUrl('https://crm.example.com:8443/contacts/{{ event.customerId }}?expand={{ event.type }}', [
  'event',
]);

function rendered(event: Record<string, Json>): string {
  const result = contacts.render({ event });
  return result.ok ? result.url : `${result.missing ? 'missing' : 'refused'}: ${result.problem}`;
}

describe('compileUrl', () => {
  it('inserts values into the path and the query', () => {
    expect(rendered({ customerId: 700100200, type: 'pointsIssued' })).toBe(
      'https://crm.example.com:8443/contacts/700100200?expand=pointsIssued',
    );
    expect(contacts.origin).toBe('https://crm.example.com:8443');
    expect(contacts.reads).toEqual(['event.customerId', 'event.type']);
  });

  it('joins a list by commas', () => {
    expect(rendered({ customerId: ['1', 'a/b', 3], type: 't' })).toBe(
      'https://crm.example.com:8443/contacts/1,a%2Fb,3?expand=t',
    );
  });

  it.each<[Json, string]>([
    ['7/../../admin', '7%2F..%2F..%2Fadmin'],
    ['7?admin=true#', '7%3Fadmin%3Dtrue%23'],
    ['7&admin=true', '7%26admin%3Dtrue'],
    ['@evil.example/', '%40evil.example%2F'],
    ['7\r\nHost: evil.example', '7%0D%0AHost%3A%20evil.example'],
    ['{{ event.type }}', '%7B%7B%20event.type%20%7D%7D'],
    ['%2e%2e', '%252e%252e'],
    ['ジョン', '%E3%82%B8%E3%83%A7%E3%83%B3'],
  ])('encodes %j', (customerId, encoded) => {
    expect(rendered({ customerId, type: 't' })).toBe(`https://crm.example.com:8443/contacts/${encoded}?expand=t`);
  });

  it.each<[Json]>([['.'], ['..'], [{ a: 1 }], [['1', { a: 1 }]], ['\ud800']])('rejects %j', (customerId) => {
    expect(rendered({ customerId, type: 't' })).toMatch(/^refused: [^7]*$/);
  });

  it.each<[Json]>([[null], [''], [[]]])('reports a missing value: %j', (customerId) => {
    expect(rendered({ customerId, type: 't' })).toBe('missing: {{ event.customerId }} has no value for this event.');
  });

  it('never changes host or path for any value', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('.', '..', '%2e', '/', '\\')),
        (customerId) => {
          const result = contacts.render({ event: { customerId, type: 't' } });
          if (!result.ok) return;
          const { origin, pathname, search } = new URL(result.url);
          expect(origin).toBe('https://crm.example.com:8443');
          expect(pathname.split('/')).toHaveLength(3);
          expect(decodeURIComponent(pathname.slice('/contacts/'.length))).toBe(customerId);
          expect(search).toBe('?expand=t');
        },
      ),
      { seed },
    );
  });

  it.each([
    ['{{ event.url }}'],
    ['https://{{ event.host }}/contacts'],
    ['https://crm.example.com{{ event.customerId }}'],
    ['https://crm.example.com:{{ event.port }}/'],
    ['https://user:secret@crm.example.com/'],
    ['ftp://crm.example.com/'],
    ['/contacts'],
    ['https://crm.example.com/{% if event.a %}a{% endif %}'],
    ['https://crm.example.com/{{ event.a'],
    ['https://crm.example.com/{{ event.a | nofilter }}'],
    ['https://crm.example.com/{{ recipient.phone }}'],
    ['https://crm.example.com/../{{ event.a }}'],
    ['https://crm.example.com/a b'],
    ['https://crm.example.com\\@evil.example/'],
    [`https://crm.example.com/${'a'.repeat(20_000)}`],
  ])('rejects %s at compile time', (text) => {
    expect(() => compileUrl(text, ['event'])).toThrow(MappingError);
  });
});
