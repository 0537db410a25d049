import { describe, expect, it } from '@jest/globals';
import { authHeader, firstDraft, newSecret, sourceBody } from './new-source';

describe('sourceBody', () => {
  it('has the secret below the chosen header', () => {
    expect(sourceBody(firstDraft('acme'), 's')).toEqual({
      name: 'capillary',
      adapter: 'capillary',
      auth: { headers: { 'x-acme-token': ['s'] } },
    });
  });

  it('has paths only for the adapter json, and no empty path', () => {
    const draft = { ...firstDraft('acme'), method: 'bearer' as const, paths: { id: 'no', type: '' } };
    expect(sourceBody({ ...draft, adapter: 'json' }, 's')).toMatchObject({
      auth: { bearer: ['s'] },
      paths: { id: 'no' },
    });
    expect(sourceBody(draft, 's')).not.toHaveProperty('paths');
  });

  it('has the identifier of the customer, unless it is empty', () => {
    const draft = { ...firstDraft('acme'), customer: ' {{ data.mobile }} ' };
    expect(sourceBody(draft, 's')).toMatchObject({ customer: '{{ data.mobile }}' });
    expect(sourceBody({ ...draft, customer: ' ' }, 's')).not.toHaveProperty('customer');
  });
});

describe('authHeader', () => {
  it('is the header that the sender sets', () => {
    expect(authHeader(firstDraft('acme'), 's')).toEqual({ name: 'x-acme-token', value: 's' });
    expect(authHeader({ method: 'bearer', header: 'x' }, 's')).toEqual({ name: 'Authorization', value: 'Bearer s' });
  });
});

describe('newSecret', () => {
  it('is different each time, and valid in a header', () => {
    const secrets = [newSecret(), newSecret()];
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  });
});
