import { describe, expect, it } from '@jest/globals';
import type { Json } from '@patchbay/core';
import { sampleChecks } from '../testing/sample-checks.js';
import { checkBrand, type CheckedBrand } from './check-brand.js';

const DATA = {
  type: 'object',
  properties: { mobile: { type: 'string' }, instore: { type: 'object', properties: {} } },
};

/** Checks a brand with one source. Events of the adapter `capillary` have the data `mobile` and `instore`. */
function check(source: Readonly<Record<string, Json>>, privacy = 'standard'): CheckedBrand {
  const adapters = new Map(sampleChecks.adapters);
  const capillary = adapters.get('capillary');
  if (capillary === undefined) throw new Error('The checks have no adapter capillary.');
  const types = capillary.catalogue().map((type) => ({ ...type, schema: DATA }));
  adapters.set('capillary', { ...capillary, catalogue: () => types });
  adapters.set('json', { ...capillary, name: 'json', readsPaths: true, catalogue: () => [] });
  const content = { brand: 'acme', privacy, sources: { in: { auth: { bearer: ['a-long-secret'] }, ...source } } };
  return checkBrand(
    { content, sourceLocations: new Map(), interpolated: new Set(['sources.in.auth.bearer[0]']) },
    { ...sampleChecks, adapters },
  );
}

describe('the customer of a source', () => {
  it('is part of its definition', () => {
    const { definition, warnings } = check({ adapter: 'capillary', customer: '{{ data.mobile }}' });
    expect(definition?.sources[0]).toMatchObject({ customer: '{{ data.mobile }}' });
    expect(warnings).toEqual([]);
  });

  it('is refused if it is not a path', () => {
    for (const customer of ['data.mobile', '{{ event.id }}', '{{ data.mobile | upcase }}']) {
      const { problems } = check({ adapter: 'capillary', customer });
      expect(problems).toEqual([
        { field: 'sources.in.customer', message: expect.stringContaining('"{{ data.mobile | default: data.email }}"') },
      ]);
    }
  });

  it('causes a warning for each path that no event type has', () => {
    const { problems, warnings } = check({
      adapter: 'capillary',
      customer: '{{ data.Mobile | default: data.mobile }}',
    });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      {
        field: 'sources.in.customer',
        message: expect.stringMatching(/^data\.Mobile is not in the event types of the source.*data\.mobile/),
      },
    ]);
  });
});

describe('the customer of a source without a catalogue', () => {
  const json = (privacy: string): CheckedBrand['reads'] => {
    const customer = '{{ data.mobile | default: data.email }}';
    return check({ adapter: 'json', customer }, privacy).reads;
  };

  it('is checked against the stored events of the source', () => {
    const at = ['sources', 'in', 'customer'];
    expect(json('standard')).toMatchObject([
      {
        subscription: { source: 'in', events: ['*'] },
        reads: [
          { at, path: 'data.mobile' },
          { at, path: 'data.email' },
        ],
      },
    ]);
  });

  it('is not checked in a pii-less brand, whose stored events do not have the path', () => {
    expect(json('pii-less')).toEqual([]);
  });
});

describe('the paths of a source', () => {
  it('are refused if the adapter ignores them, with a hint to customer', () => {
    const { problems } = check({ adapter: 'capillary', paths: { customerId: 'data.instore.mobile' } });
    expect(problems).toEqual([
      { field: 'sources.in.paths', message: expect.stringContaining('customer: "{{ data.instore.mobile }}"') },
    ]);
    const { problems: others } = check({ adapter: 'capillary', paths: { id: 'x' } });
    expect(others[0]?.message).not.toContain('customer:');
  });

  it('are accepted for the adapter json', () => {
    expect(check({ adapter: 'json', paths: { customerId: 'buyer' } }).problems).toEqual([]);
  });
});
