import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import { plainVault, simpleAdapter } from '../testing/configuration-builder.js';
import { CustomerKeys, customerPathsOf, type CustomerKey } from './customer-key.js';
import { identifierHash } from './personal-identifier.js';
import type { NormalisedEvent, SourceAdapter } from './source-adapter.port.js';

const PHONE = '{{ data.phone }}';
const hash = (id: string): string => identifierHash(plainVault, id);

interface Given {
  readonly mode?: PrivacyPolicy['mode'];
  readonly personal?: readonly string[];
  readonly customerIds?: readonly string[];
  readonly adapter?: SourceAdapter;
  readonly template?: string;
}

/** Reads the key of an event with the given data. The path `data.phone` is personal. */
function keyOf(data: JsonObject, given: Given = {}): CustomerKey | null {
  const { mode = 'standard', personal = [], customerIds = ['7'], adapter = simpleAdapter, template = PHONE } = given;
  const keys = new CustomerKeys(template, adapter, { mode, keep: [], personal }, plainVault);
  const ids = { type: 'any', eventId: 'e', organisation: null, occurredAt: null };
  const event: NormalisedEvent = { ...ids, customerIds, attributes: {}, data };
  return keys.read(event, (id) => id);
}

describe('customerPathsOf', () => {
  it('returns the paths of one output, in their order', () => {
    expect(customerPathsOf('{{ data.phone }}')).toEqual(['data.phone']);
    expect(customerPathsOf(' {{- data.a.b|default:data.c | default: data.d-e -}} ')).toEqual([
      ...['data.a.b', 'data.c', 'data.d-e'],
    ]);
  });

  it.each([
    ...['', 'data.phone', '{{ data }}', '{{ event.customerId }}', '{{ data.a }}{{ data.b }}', '{{ data.a | phone }}'],
    ...[
      '{{ data.a | default: "x" }}',
      '{{ data.list.*.id }}',
      '{{ data.a[0] }}',
      '{% if data.a %}{{ data.a }}{% endif %}',
    ],
    ...['{{ data..a }}', '{{ data.a. }}', `{{ data${'.a'.repeat(20_000)}!`],
  ])('refuses %s', (template) => {
    expect(customerPathsOf(template)).toBeNull();
  });
});

describe('the key of a customer', () => {
  it('is the first value that is not empty, and is linked to the id of the platform', () => {
    const template = '{{ data.card | default: data.phone }}';
    expect(keyOf({ card: 'C-1', phone: '+15005550006' }, { template })).toEqual({ key: 'C-1', platformId: '7' });
    for (const card of ['', '  ', '0', 'null', null, [], {}, -1, 1.5, 'x'.repeat(201)]) {
      expect(keyOf({ card, phone: '+15005550006' }, { template })?.key).toBe('+15005550006');
    }
    expect(keyOf({}, { template })).toBeNull();
  });

  it('has one form for all spellings of a phone number or e-mail address from a personal path', () => {
    for (const phone of ['+1 (500) 555-0006', '15005550006', 15005550006, '\u200e+15005550006\u0000']) {
      expect(keyOf({ phone })?.key).toBe('+15005550006');
    }
    expect(keyOf({ phone: 'Asha@Example.com' })?.key).toBe('asha@example.com');
  });

  it('is never longer than 200 characters', () => {
    const expanding = '\uFDFA'.repeat(200);
    expect(keyOf({ phone: expanding })?.key).toBe(expanding);
    expect(keyOf({ phone: `7${' '.repeat(1_000)}` })).toBeNull();
  });

  it('keeps plain digits from a path that is not personal', () => {
    expect(keyOf({ member: '15005550006' }, { template: '{{ data.member }}' })?.key).toBe('15005550006');
  });

  it('is a keyed hash in a pii-less brand, if its path or its value is personal', () => {
    const mode = 'pii-less';
    expect(keyOf({ phone: '+1 500 555 0006' }, { mode })?.key).toBe(hash('15005550006'));
    expect(keyOf({ phone: 'Asha' }, { mode })?.key).toBe(hash('Asha'));
    const template = '{{ data.member }}';
    expect(keyOf({ member: 'a@example.com' }, { mode, template })?.key).toBe(hash('a@example.com'));
    expect(keyOf({ member: '15005550006' }, { mode, template })?.key).toBe(hash('15005550006'));
    expect(keyOf({ member: 'M-1' }, { mode, template })?.key).toBe('M-1');
    expect(keyOf({ member: 'M-1' }, { mode, template, personal: ['data.member'] })?.key).toBe(hash('M-1'));
  });

  it('is not needed if it is the first id of the platform, and may be another id of the platform', () => {
    expect(keyOf({ phone: '7' })).toBeNull();
    expect(keyOf({ phone: 8 }, { customerIds: ['7', '8'] })).toEqual({ key: '8', platformId: '7' });
  });

  it('is linked only to the customer that the event is about', () => {
    const adapter = { ...simpleAdapter, subjectOf: () => null };
    expect(keyOf({ phone: '+15005550006' }, { adapter })).toEqual({ key: '+15005550006', platformId: null });
    expect(keyOf({ phone: '+15005550006' }, { customerIds: [] })).toEqual({ key: '+15005550006', platformId: null });
  });
});
