import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@patchbay/plugin-sdk';
import fc from 'fast-check';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import { plainVault } from '../testing/configuration-builder.js';
import { VaultError } from '../vault.port.js';
import { identifierHash } from './personal-identifier.js';
import { parsePersonal, PrivacyRules, restoreData, serialisePersonal } from './privacy.js';
import type { PersonalPaths, NormalisedEvent } from './source-adapter.port.js';

const PHONE = '919812345670';
const EMAIL = 'asha@example.com';

const paths: PersonalPaths = {
  personal: ['data.contact.**', 'data.**.phone', 'data.bills.*.number', 'attributes.trace'],
  safe: [
    { path: 'data.points', type: 'number' },
    { path: 'data.items.*.points', type: 'number' },
    { path: 'data.who.id', type: 'identifier' },
    { path: 'data.store.name', type: 'word' },
    { path: 'data.store.open', type: 'flag' },
    { path: 'data.price', type: 'decimal' },
    { path: 'data.at', type: 'moment' },
    { path: 'data.rules.*.*', type: 'identifier' },
    { path: 'attributes.refId', type: 'identifier' },
    { path: 'attributes.subject', type: 'foreignIdentifier' },
  ],
  hashed: ['data.bills.*.number'],
  platformIds: ['data.who.id'],
};
const data = {
  points: 5,
  contact: { email: EMAIL },
  items: [{ points: 1, phone: '+15005550006', note: 'gift' }],
  nickname: 'Kit',
};
const attributes = { refId: '1_2', trace: EMAIL };
const hashOf = (id: string): string => identifierHash(plainVault, id);

function event(also: Partial<NormalisedEvent> = {}): NormalisedEvent {
  const ids = { eventId: 'e-1', organisation: '100001', customerIds: [] };
  return { type: 'any', ...ids, occurredAt: null, attributes: {}, data: {}, ...also };
}

function rules(
  policy: Partial<PrivacyPolicy>,
  customerPaths: readonly string[] = [],
  referencePaths: readonly string[] = [],
): PrivacyRules {
  const full = { mode: 'pii-less' as const, keep: [], personal: [], ...policy };
  return new PrivacyRules(full, plainVault, () => paths, customerPaths, referencePaths);
}

/** Returns the data that a `pii-less` brand stores. */
function dataOf(input: JsonObject, policy: Partial<PrivacyPolicy> = {}): JsonObject {
  return rules(policy).protect(event({ data: input })).event.data;
}

describe('privacy `standard`', () => {
  it('removes personal values, which can be sealed and restored', () => {
    const whole = event({ data, attributes, customerIds: [EMAIL], eventId: PHONE });
    const split = rules({ mode: 'standard', personal: ['data.nickname'] }).protect(whole);
    expect(JSON.stringify([split.event.data, split.event.attributes])).not.toMatch(/example\.com|1500|Kit/);
    expect(split.event).toMatchObject({
      customerIds: [EMAIL],
      eventId: PHONE,
      data: { points: 5, items: [{ points: 1, note: 'gift' }] },
      attributes: { refId: '1_2' },
    });
    const personal = parsePersonal(serialisePersonal(split.personal));
    expect(restoreData(split.event.data, personal)).toEqual(data);
    expect(personal).toContainEqual({ root: 'attributes', path: ['trace'], value: EMAIL });
  });

  it.each(['{}', '[null]', '[{"root":"brand","path":[],"value":1}]', '[{"root":"data","path":[{}],"value":1}]'])(
    'refuses to parse %s',
    (serialised) => {
      expect(() => parsePersonal(serialised)).toThrow(VaultError);
    },
  );
});

describe('data of a `pii-less` brand', () => {
  it('contains only safe values', () => {
    const split = rules({}).protect(event({ data, attributes }));
    expect(split).toMatchObject({
      event: { data: { points: 5, items: [{ points: 1 }] }, attributes: { refId: '1_2' } },
      personal: [],
    });
    expect(Object.keys(split.event.attributes)).toEqual(['refId']);
    expect(Object.keys(split.event.data)).toEqual(['points', 'items']);
  });

  it('contains only values with the type of the catalogue, not a phone number as text in a number field', () => {
    expect(dataOf({ points: PHONE, price: PHONE, at: PHONE, store: { name: EMAIL, open: EMAIL } })).toEqual({});
    expect(dataOf({ points: 5, price: '3000.000', at: '2025-06-18', store: { name: 'Main', open: true } })).toEqual({
      ...{ points: 5, price: '3000.000', at: '2025-06-18', store: { name: 'Main', open: true } },
    });
  });

  it('contains keyed hashes of identifiers that are an e-mail address or a phone number', () => {
    expect(dataOf({ who: { id: ` ${EMAIL.toUpperCase()}` } })).toEqual({ who: { id: hashOf(EMAIL) } });
    expect(dataOf({ who: { id: `+${PHONE}` } })).toEqual({ who: { id: hashOf(PHONE) } });
    expect(dataOf({ who: { id: 700_100_201 } })).toEqual({ who: { id: 700_100_201 } });
  });

  it('contains keyed hashes of all identifiers by which events are compared', () => {
    const hashed = dataOf({ bills: [{ number: 17 }, { number: '17.0' }, { number: 'Asha' }, { number: true }] });
    const [one, same, other, none] = hashed['bills'] as JsonObject[];
    expect([one, none]).toEqual([{ number: hashOf('17') }, null]);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
    expect(JSON.stringify(hashed)).not.toMatch(/Asha|17[".]/);
  });

  it('does not contain values under a key that is an e-mail address or a phone number', () => {
    expect(dataOf({ rules: { 7: { a: 'x' }, [EMAIL]: { a: 'x' }, [`+${PHONE}`]: {} } })).toEqual({
      rules: { 7: { a: 'x' } },
    });
  });

  it('contains values and objects that the brand keeps, unchanged', () => {
    const contact = {
      city: 'Pune',
      since: '2025-06-18',
      spent: '12345678.50',
      at: '2025-06-18 10:00',
      order: 12345678,
    };
    expect(dataOf({ contact, nickname: 'Kit' }, { keep: ['data.contact', 'data.nickname'] })).toEqual({
      contact,
      nickname: 'Kit',
    });
  });

  it.each([
    ...[EMAIL, PHONE, `+${PHONE}`, '98123-45670', '+91\u200b98123\u201145670', `tel:${PHONE}`, `call +${PHONE} now`],
    ...['asha%40example.com', `${PHONE}.0`],
  ])('does not contain %s, even if the brand keeps its path', (value) => {
    const input = { contact: { a: value, list: [value, 'Main'], [value]: 'x', b: 'Main' }, nickname: value };
    expect(dataOf(input, { keep: ['data.contact', 'data.nickname'] })).toEqual({
      contact: { list: [null, 'Main'], b: 'Main' },
    });
  });

  it.each([['data.points'], ['data.**'], ['data.*']])(
    'applies the type of the catalogue even if the brand keeps %s',
    (path) => {
      expect(dataOf({ points: PHONE }, { keep: [path] })).toEqual({});
      expect(dataOf({ points: 5 }, { keep: [path] })).toEqual({ points: 5 });
    },
  );

  it('contains an identifier unchanged if the brand keeps its path', () => {
    expect(dataOf({ bills: [{ number: 17 }] }, { keep: ['data.bills.*.number'] })).toEqual({ bills: [{ number: 17 }] });
  });

  it('does not contain values that the brand declares as personal, even if they are safe or kept', () => {
    expect(dataOf(data, { personal: ['data.items'] })).toEqual({ points: 5 });
    const custom = { custom: { nickname: 'Kit', size: 'M' } };
    expect(dataOf(custom, { keep: ['data.custom'], personal: ['data.custom.nickname'] })).toEqual({
      custom: { size: 'M' },
    });
    expect(dataOf({ bills: [{ number: 17 }] }, { personal: ['data.bills.*.number'] })).toEqual({ bills: [{}] });
  });
});

describe('ids of a `pii-less` brand', () => {
  const customers = (customerIds: string[], input: JsonObject = {}, policy: Partial<PrivacyPolicy> = {}): unknown =>
    rules(policy).protect(event({ customerIds, data: input })).event.customerIds;

  it('stay unchanged at a path of the platform, even with nine digits', () => {
    expect(customers(['700100201'], { who: { id: 700_100_201 } })).toEqual(['700100201']);
    expect(customers(['700100201'], { who: { id: ' 700100201.0' } })).toEqual(['700100201']);
  });

  it('become keyed hashes at other paths, equal for all spellings of an id', () => {
    expect(customers(['700100201', EMAIL, 'Asha@Example.com', `+${PHONE}`, PHONE, 'EXT-1'])).toEqual([
      ...[hashOf('700100201'), hashOf(EMAIL), hashOf(PHONE), 'EXT-1'],
    ]);
  });

  it('become keyed hashes at a path of the platform if they are an e-mail address or a number with +', () => {
    expect(customers([EMAIL, `+${PHONE}`], { who: { id: EMAIL } })).toEqual([hashOf(EMAIL), hashOf(PHONE)]);
  });

  it('always become keyed hashes if the brand declares their path as personal', () => {
    expect(customers(['5'], { who: { id: 5 } }, { personal: ['data.who'] })).toEqual([hashOf('5')]);
    const byNickname = rules({ personal: ['data.nickname'] }, ['data.nickname']);
    expect(byNickname.protect(event({ customerIds: ['Kit'] })).event.customerIds).toEqual([hashOf('Kit')]);
    const byPhone = rules({}, ['data.customer.phone']);
    expect(byPhone.protect(event({ customerIds: ['5'] })).event.customerIds).toEqual([hashOf('5')]);
  });

  it('of the message contain no e-mail address and no phone number', () => {
    const { event: stored } = rules({}).protect(
      event({ eventId: `welcome:${PHONE}`, organisation: EMAIL, type: EMAIL, attributes: { refId: EMAIL } }),
    );
    expect(stored).toMatchObject({
      organisation: hashOf(EMAIL),
      type: hashOf(EMAIL),
      attributes: { refId: hashOf(EMAIL) },
    });
    expect(JSON.stringify(stored)).not.toMatch(new RegExp(`${PHONE}|example`, 'i'));
  });

  it('of the message that are a hash without a key are hashed with a key', () => {
    const { eventId } = rules({}).protect(event({ eventId: 'sha256:00ff' })).event;
    expect(eventId).toBe(hashOf('sha256:00ff'));
    expect(rules({}).protect(event()).event).toMatchObject({ eventId: 'e-1', organisation: '100001' });
  });

  it('have the same hash for the same person, also in an undeclared attribute', () => {
    const { attributes: stored, customerIds } = rules({}).protect(
      event({ attributes: { subject: PHONE }, customerIds: [`+${PHONE}`] }),
    ).event;
    expect([stored['subject'], customerIds]).toEqual([hashOf(PHONE), [hashOf(PHONE)]]);
  });

  it('of customers are available in their stored form', () => {
    const { storedId } = rules({}).protect(event({ data: { who: { id: 700_100_201 } } }));
    expect([storedId('700100201'), storedId(EMAIL)]).toEqual(['700100201', hashOf(EMAIL)]);
  });
});

describe('a personal value planted in an event', () => {
  const key = fc.constantFrom('points', 'price', 'at', 'who', 'id', 'store', 'name', 'open', 'items', 'rules', 'x');
  const planted = fc.constantFrom(EMAIL, 'ASHA@EXAMPLE.COM', `+${PHONE}`, '+91 98123 45670', `tel:+${PHONE}`);
  const { tree } = fc.letrec<{ tree: JsonObject; value: Json }>((tie) => ({
    tree: fc.dictionary(fc.oneof({ weight: 9, arbitrary: key }, planted), tie('value'), { maxKeys: 6 }),
    value: fc.oneof(
      { depthSize: 'small' },
      planted,
      planted.map((value) => `call ${value} now`),
      fc.constantFrom(5, true, null, 'Main'),
      tie('tree'),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  }));

  it('is removed from every field', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    process.stderr.write(`seed ${seed}\n`);
    fc.assert(
      fc.property(tree, tree, planted, planted, (input, envelope, eventId, customerId) => {
        const ids = { eventId, organisation: customerId, customerIds: [customerId], type: eventId };
        const stored = rules({}).protect(event({ ...ids, data: input, attributes: envelope }));
        expect(JSON.stringify(stored)).not.toMatch(/@|%40|[+]|9812345670|98123/);
      }),
      { seed, numRuns: 2_000 },
    );
  });
});

describe('paths that `cancelOn` compares', () => {
  const stored = (input: JsonObject, policy: Partial<PrivacyPolicy> = {}): JsonObject => {
    const references = ['data.order.no', 'data.points', 'data.nickname'];
    return rules(policy, [], references).protect(event({ data: input })).event.data;
  };

  it('keep a keyed hash of text and numbers, and a safe value unchanged', () => {
    expect(stored({ order: { no: 'A-17', note: 'gift' }, points: 5 })).toEqual({
      ...{ order: { no: hashOf('A-17') }, points: 5 },
    });
    expect(stored({ order: { no: 17 } })).toEqual({ order: { no: hashOf('17') } });
    expect(stored({ order: { no: { deep: 'A-17' } } })).toEqual({});
  });

  it('keep nothing at a path that the brand declares as personal', () => {
    expect(stored({ nickname: 'Kit' }, { personal: ['data.nickname'] })).toEqual({});
  });
});
