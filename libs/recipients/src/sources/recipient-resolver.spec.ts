import { describe, expect, it } from '@jest/globals';
import {
  HashedIdentifierError,
  type Recipient,
  type RecipientQuery,
  type RecipientSource,
  type SourceAdapter,
} from '@patchbay/core';
import { createRecipientResolver, enrichedRecipientSource, eventRecipientSource } from './recipient-resolver.js';

const event = {
  id: '018f0000-0000-7000-8000-000000000001',
  type: 'pointsIssued',
  brand: 'acme',
  source: 'capillary',
  customerId: '1',
  occurredAt: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  data: { mobile: '+15005550006' },
};
const { signal } = new AbortController();
const query = (brandId: string, enriched: Recipient = {}): RecipientQuery => ({ event, brandId, enriched });

function knowing(name: RecipientSource['name'], recipient: Recipient): RecipientSource {
  return { name, resolve: () => Promise.resolve(recipient) };
}

const adapter: SourceAdapter = {
  name: 'capillary',
  read: () => [],
  catalogue: () => [],
  personalPaths: () => ({ personal: [], safe: [] }),
  recipientOf: (type, data) => (type === 'pointsIssued' ? { phone: data['mobile'] ?? null } : {}),
};

describe('the event as a recipient source', () => {
  it('uses the adapter of the source by which the event entered', async () => {
    expect(await eventRecipientSource.resolve({ ...query('b1'), adapter }, signal)).toEqual({ phone: '+15005550006' });
  });

  it('returns nothing without an adapter', async () => {
    expect(await eventRecipientSource.resolve(query('b1'), signal)).toEqual({});
  });
});

describe('the recipient resolver', () => {
  const sources = [
    knowing('resolver', { phone: '+15005550001', email: 'resolver@example.com' }),
    knowing('event', { phone: '+15005550006', email: '', locale: null }),
  ];

  it("takes each field from the first source that has it, in the brand's order", async () => {
    const resolver = createRecipientResolver(sources, (brandId) =>
      brandId === 'b1' ? ['event', 'enriched', 'resolver'] : ['resolver', 'event'],
    );
    expect(await resolver.resolve(query('b1'), signal)).toEqual({
      phone: '+15005550006',
      email: 'resolver@example.com',
    });
    expect(await resolver.resolve(query('b2'), signal)).toEqual({
      phone: '+15005550001',
      email: 'resolver@example.com',
    });
  });

  it('includes the recipient from enrichments at its place in the order', async () => {
    const resolver = createRecipientResolver([...sources, enrichedRecipientSource], (brandId) =>
      brandId === 'b1' ? ['event', 'enriched'] : ['enriched', 'event'],
    );
    const enriched = { phone: '+15005550002', firstName: 'Asha' };
    expect(await resolver.resolve(query('b1', enriched), signal)).toEqual({ phone: '+15005550006', firstName: 'Asha' });
    expect(await resolver.resolve(query('b2', enriched), signal)).toEqual(enriched);
  });

  it('skips a source that cannot look up a hashed identifier, unless no other source knows anything', async () => {
    const skipping: RecipientSource = {
      name: 'resolver',
      resolve: () => Promise.reject(new HashedIdentifierError('x')),
    };
    const resolver = createRecipientResolver([skipping, enrichedRecipientSource], () => ['resolver', 'enriched']);
    expect(await resolver.resolve(query('b1', { phone: '+15005550002' }), signal)).toEqual({ phone: '+15005550002' });
    await expect(resolver.resolve(query('b1'), signal)).rejects.toThrow(HashedIdentifierError);
    expect(await resolver.resolve({ ...query('b1'), wanted: [] }, signal)).toEqual({});
  });

  it('makes no lookup for fields that are not wanted or already known', async () => {
    const asked: string[] = [];
    const spying = sources.map((source): RecipientSource => ({
      name: source.name,
      resolve: (...question) => {
        asked.push(source.name);
        return source.resolve(...question);
      },
    }));
    const resolver = createRecipientResolver(spying, () => ['event', 'resolver']);
    expect(await resolver.resolve({ ...query('b1'), wanted: [] }, signal)).toEqual({});
    expect(asked).toEqual([]);
    expect(await resolver.resolve({ ...query('b1'), wanted: ['phone'] }, signal)).toEqual({ phone: '+15005550006' });
    expect(asked).toEqual(['event']);
    const wanted = ['phone', 'email'];
    expect(await resolver.resolve({ ...query('b1'), wanted }, signal)).toMatchObject({ email: 'resolver@example.com' });
    expect(asked).toEqual(['event', 'event', 'resolver']);
  });

  it("skips sources that the brand's order leaves out", async () => {
    const resolver = createRecipientResolver(sources, () => ['event']);
    expect(await resolver.resolve(query('b1'), signal)).toEqual({ phone: '+15005550006' });
  });

  it('rejects with the error of a source that could not be called', async () => {
    const broken: RecipientSource = { name: 'event', resolve: () => Promise.reject(new Error('away')) };
    await expect(createRecipientResolver([broken], () => ['event']).resolve(query('b1'), signal)).rejects.toThrow(
      'away',
    );
  });

  it('treats property names such as __proto__ as plain fields and never sets a prototype', async () => {
    const hostile = JSON.parse('{"__proto__":{"phone":"+15005550009"},"constructor":"x"}') as Recipient;
    const resolver = createRecipientResolver([knowing('event', hostile)], () => ['event']);
    const merged = await resolver.resolve(query('b1'), signal);
    expect(merged['phone']).toBeUndefined();
    expect(Object.entries(merged)).toEqual([['constructor', 'x']]);
  });
});
