import { describe, expect, it } from '@jest/globals';
import {
  HashedIdentifierError,
  type Recipient,
  type RecipientQuery,
  type RecipientSource,
  type SourceAdapter,
} from '@patchbay/core';
import { enrichedRecipientSource } from './enriched-recipient-source.js';
import { eventRecipientSource } from './event-recipient-source.js';
import { createRecipientResolver } from './recipient-resolver.js';

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

describe('the event as a source of recipients', () => {
  it('asks the adapter of the source by which the event entered', async () => {
    expect(await eventRecipientSource.resolve({ ...query('b1'), adapter }, signal)).toEqual({ phone: '+15005550006' });
  });

  it('knows nothing where nobody reads the event', async () => {
    expect(await eventRecipientSource.resolve(query('b1'), signal)).toEqual({});
  });
});

describe('the recipient resolver', () => {
  const sources = [
    knowing('resolver', { phone: '+15005550001', email: 'resolver@example.com' }),
    knowing('event', { phone: '+15005550006', email: '', locale: null }),
  ];

  it('takes each field from the first source that names it, in the order of the brand', async () => {
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

  it('takes what the enrichment said of the recipient, at its place in the order', async () => {
    const resolver = createRecipientResolver([...sources, enrichedRecipientSource], (brandId) =>
      brandId === 'b1' ? ['event', 'enriched'] : ['enriched', 'event'],
    );
    const enriched = { phone: '+15005550002', firstName: 'Asha' };
    expect(await resolver.resolve(query('b1', enriched), signal)).toEqual({ phone: '+15005550006', firstName: 'Asha' });
    expect(await resolver.resolve(query('b2', enriched), signal)).toEqual(enriched);
  });

  it('does without a source that cannot be asked about a hash, unless nobody else knows anything', async () => {
    const skipping: RecipientSource = {
      name: 'resolver',
      resolve: () => Promise.reject(new HashedIdentifierError('x')),
    };
    const resolver = createRecipientResolver([skipping, enrichedRecipientSource], () => ['resolver', 'enriched']);
    expect(await resolver.resolve(query('b1', { phone: '+15005550002' }), signal)).toEqual({ phone: '+15005550002' });
    await expect(resolver.resolve(query('b1'), signal)).rejects.toThrow(HashedIdentifierError);
    expect(await resolver.resolve({ ...query('b1'), wanted: [] }, signal)).toEqual({});
  });

  it('asks nobody for what is not wanted, or is known already', async () => {
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

  it('does not ask a source that the brand left out', async () => {
    const resolver = createRecipientResolver(sources, () => ['event']);
    expect(await resolver.resolve(query('b1'), signal)).toEqual({ phone: '+15005550006' });
  });

  it('passes on the error of a source that could not be asked', async () => {
    const broken: RecipientSource = { name: 'event', resolve: () => Promise.reject(new Error('away')) };
    await expect(createRecipientResolver([broken], () => ['event']).resolve(query('b1'), signal)).rejects.toThrow(
      'away',
    );
  });

  it('takes fields named like parts of an object as plain fields, and never a prototype', async () => {
    const hostile = JSON.parse('{"__proto__":{"phone":"+15005550009"},"constructor":"x"}') as Recipient;
    const resolver = createRecipientResolver([knowing('event', hostile)], () => ['event']);
    const merged = await resolver.resolve(query('b1'), signal);
    expect(merged['phone']).toBeUndefined();
    expect(Object.entries(merged)).toEqual([['constructor', 'x']]);
  });
});
