import { afterEach, describe, expect, it } from '@jest/globals';
import { lookupsIn, type BrandLookups } from '@patchbay/core';
import {
  answer,
  CAPILLARY_KEY,
  CAPILLARY_SECRET,
  capillarySandbox,
  startSandbox,
  type Sandbox,
} from '@patchbay/testing';
import { CRM_TOKEN, fakeCrm } from './testing/fake-crm.js';
import { localHttp } from './testing/local-http.js';
import { sampleEvent } from './testing/sample-event.js';
import { testLookup, type LookupTest } from './test-lookup.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface World {
  readonly crm: Sandbox;
  readonly capillary: Sandbox;
  test(name: string, customerIds?: readonly (string | null)[]): Promise<LookupTest>;
}

async function world(): Promise<World> {
  const capillary = await startSandbox(capillarySandbox().definition);
  const crm = await startSandbox(fakeCrm({ '700100200': { mobile: '+919000000009', email: 'crm@example.com' } }));
  const { http, close } = localHttp();
  closers.push(close, capillary.stop, crm.stop);
  const call = {
    ...{ url: `${crm.sandbox.baseUrl}/contacts/{{ event.customerId }}`, method: 'GET' as const },
    ...{ headers: { authorization: `Bearer ${CRM_TOKEN}` }, timeoutMs: 5_000, retries: 0, cacheMs: 60_000 },
  };
  const lookups: BrandLookups = {
    resolver: { type: 'http', ...call, mapping: { phone: '{{ body.mobile }}' } },
    enrichment: {
      http: { profile: { ...call, onFailure: 'continue' } },
      capillary: {
        baseUrl: capillary.sandbox.baseUrl,
        auth: { kind: 'oauth', key: CAPILLARY_KEY, secret: CAPILLARY_SECRET },
        ...{ source: 'INSTORE', ratePerMinute: 60_000, timeoutMs: 5_000, retries: 0, cacheMs: 30_000 },
        onFailure: 'retry',
      },
    },
  };
  return {
    crm: crm.sandbox,
    capillary: capillary.sandbox,
    test: async (name, customerIds = ['700100200']) => {
      const lookup = lookupsIn(lookups).find((one) => one.name === name);
      if (lookup === undefined) throw new Error(`The brand has no lookup ${name}.`);
      const events = customerIds.map((customerId) => sampleEvent({ customerId }));
      return testLookup({ lookup: lookup.name, lookups, events }, http, new AbortController().signal);
    },
  };
}

describe('testLookup', () => {
  it.each(['recipients.resolver', 'enrichment.profile', 'enrichment.customer'])('passes for %s', async (name) => {
    const { test } = await world();
    expect(await test(name)).toEqual({ kind: 'passed' });
  });

  it('passes if the system does not know the customer', async () => {
    const { test } = await world();
    expect(await test('recipients.resolver', ['unknown'])).toEqual({ kind: 'passed' });
  });

  it.each(['recipients.resolver', 'enrichment.profile'])(
    'fails for %s if the credentials are refused',
    async (name) => {
      const { test, crm } = await world();
      crm.always(answer(401, 'marked'));
      const result = await test(name);
      expect(result).toMatchObject({
        kind: 'failed',
        errorKind: 'credentials',
        message: expect.stringContaining('401'),
      });
      expect(JSON.stringify(result)).not.toMatch(/marked|invented/);
    },
  );

  it('fails if the system does not answer correctly', async () => {
    const { test, crm } = await world();
    crm.always(answer(500));
    expect(await test('recipients.resolver')).toMatchObject({ kind: 'failed', errorKind: 'transient' });
  });

  it('uses the first event that makes the lookup call, and tells if no event does', async () => {
    const { test, crm } = await world();
    const hashed = `hash:${'0a'.repeat(32)}`;
    expect(await test('recipients.resolver', [null, hashed])).toEqual({ kind: 'notCalled' });
    expect(crm.requests).toHaveLength(0);
    expect(await test('recipients.resolver', [null, hashed, '700100200', '7'])).toEqual({ kind: 'passed' });
    expect(crm.requests).toHaveLength(1);
  });

  it('uses no cached answer', async () => {
    const { test, crm } = await world();
    await test('recipients.resolver');
    await test('recipients.resolver');
    expect(crm.requests).toHaveLength(2);
  });
});
