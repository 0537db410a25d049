import { afterEach, describe, expect, it } from '@jest/globals';
import {
  HashedIdentifierError,
  PausedLookupError,
  type Enriched,
  type EnrichmentFailurePolicy,
  type EnrichmentSpec,
  type HttpEnrichmentSpec,
  type LookupGuard,
} from '@patchbay/core';
import type { EventEnvelope } from '@patchbay/plugin-sdk';
import {
  answer,
  CAPILLARY_KEY,
  CAPILLARY_SECRET,
  capillarySandbox,
  startSandbox,
  type Sandbox,
} from '@patchbay/testing';
import { CapillaryClients } from '../capillary/capillary-clients.js';
import { CRM_TOKEN, fakeCrm } from '../testing/fake-crm.js';
import { localHttp } from '../testing/local-http.js';
import { sampleEvent } from '../testing/sample-event.js';
import { createEnricher, type SkippedEnrichment } from './create-enricher.js';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface World {
  readonly crm: Sandbox;
  readonly capillary: Sandbox;
  readonly skipped: SkippedEnrichment[];
  enrich(
    names: string[],
    event?: Partial<EventEnvelope>,
    brandId?: string,
    onFailure?: EnrichmentFailurePolicy,
  ): Promise<Enriched>;
}

async function world(profile: Partial<HttpEnrichmentSpec> = {}, pauses?: LookupGuard): Promise<World> {
  const capillary = await startSandbox(capillarySandbox().definition);
  const crm = await startSandbox(fakeCrm({ '700100200': { mobile: '+919000000009', email: 'crm@example.com' } }));
  const { http, close } = localHttp();
  closers.push(close, capillary.stop, crm.stop);
  const spec: EnrichmentSpec = {
    capillary: {
      baseUrl: capillary.sandbox.baseUrl,
      auth: { kind: 'oauth', key: CAPILLARY_KEY, secret: CAPILLARY_SECRET },
      source: 'INSTORE',
      ratePerMinute: 60_000,
      timeoutMs: 5_000,
      retries: 0,
      cacheMs: 30_000,
      onFailure: 'retry',
    },
    http: {
      profile: {
        url: `${crm.sandbox.baseUrl}/contacts/{{ event.customerId }}`,
        method: 'GET',
        headers: { authorization: `Bearer ${CRM_TOKEN}` },
        timeoutMs: 5_000,
        retries: 0,
        cacheMs: 30_000,
        onFailure: 'retry',
        ...profile,
      },
    },
  };
  const skipped: SkippedEnrichment[] = [];
  const enricher = createEnricher({
    specOf: (brandId) => (brandId === 'b1' ? spec : undefined),
    http,
    capillary: new CapillaryClients(http),
    onSkipped: (one) => skipped.push(one),
    ...(pauses && { pauses }),
  });
  return {
    crm: crm.sandbox,
    capillary: capillary.sandbox,
    skipped,
    enrich: (names, event, brandId = 'b1', onFailure) =>
      enricher.enrich(names, sampleEvent(event), brandId, new AbortController().signal, onFailure),
  };
}

describe('enriching an event', () => {
  it('returns the result of each name, and nothing for names without a result', async () => {
    const { enrich } = await world();
    const { enriched } = await enrich(['points', 'transaction', 'profile', 'gone']);
    expect(Object.keys(enriched)).toEqual(['points', 'profile']);
    expect(enriched).toMatchObject({
      points: { mainPoints: 100 },
      profile: { id: '700100200', email: 'crm@example.com' },
    });
  });

  it('fetches only the names that the subscription lists, once for all callers', async () => {
    const { enrich, crm, capillary } = await world();
    await Promise.all([enrich(['profile']), enrich(['profile']), enrich(['profile'], { type: 'pointsRedeemed' })]);
    expect(crm.requests).toHaveLength(1);
    expect(capillary.requests).toHaveLength(0);
  });

  it('maps an answer if the brand configures it, and the recipient separately', async () => {
    const { enrich } = await world({
      mapping: { address: '{{ body.email }}' },
      recipient: { email: '{{ body.email }}', phone: '{{ body.mobile }}' },
    });
    expect(await enrich(['profile'])).toEqual({
      enriched: { profile: { address: 'crm@example.com' } },
      recipient: { email: 'crm@example.com', phone: '+919000000009' },
    });
  });

  it('takes a recipient’s field from the first listed name that has it', async () => {
    const { enrich } = await world({ recipient: { email: '{{ body.email }}', tier: 'gold' } });
    expect((await enrich(['customer', 'profile'])).recipient).toMatchObject({
      email: 'asha@example.com',
      tier: 'gold',
    });
    expect((await enrich(['profile', 'customer'])).recipient).toMatchObject({ email: 'crm@example.com' });
  });

  it('finds nothing for a brand whose enrichment was removed', async () => {
    const { enrich } = await world();
    expect(await enrich(['customer'], {}, 'b2')).toEqual({ enriched: {}, recipient: {} });
  });
});

describe('an enrichment that cannot be fetched', () => {
  it('fails the delivery for a retry', async () => {
    const { enrich, crm, skipped } = await world();
    crm.next(answer(500));
    await expect(enrich(['profile', 'points'])).rejects.toThrow('enrichment.http.profile: it answered 500');
    expect(skipped).toEqual([]);
  });

  it('is skipped and reported if the policy allows it', async () => {
    const { enrich, crm, skipped } = await world({ onFailure: 'continue' });
    crm.next(answer(500, 'marked'));
    expect(Object.keys((await enrich(['profile', 'points'])).enriched)).toEqual(['points']);
    expect(skipped).toEqual([
      { brandId: 'b1', name: 'profile', reason: 'enrichment.http.profile: it answered 500: the system failed' },
    ]);
  });

  it('fails the choice of a route, also if the policy allows to skip it', async () => {
    const { enrich, crm, skipped } = await world({ onFailure: 'continue' });
    crm.next(answer(500));
    await expect(enrich(['profile'], {}, 'b1', 'retry')).rejects.toThrow('it answered 500');
    const paused: LookupGuard = {
      ...{ revision: 1, isPaused: () => true, refuse: () => Promise.resolve() },
      hold: (_brandId, lookup) => Promise.resolve(new PausedLookupError(lookup, 1)),
    };
    const held = await world({ onFailure: 'continue' }, paused);
    await expect(held.enrich(['profile'], {}, 'b1', 'retry')).rejects.toThrow(PausedLookupError);
    expect([...skipped, ...held.skipped]).toEqual([]);
    expect((await held.enrich(['profile'])).enriched).toEqual({});
  });

  it('is not requested for a hashed identifier, from an API or from Capillary', async () => {
    const customerId = `hash:${'0a'.repeat(32)}`;
    const { enrich, crm, capillary } = await world();
    for (const name of ['profile', 'customer', 'points']) {
      await expect(enrich([name], { customerId })).rejects.toThrow(HashedIdentifierError);
    }
    expect([...crm.requests, ...capillary.requests]).toEqual([]);
    const { enrich: goOn, skipped } = await world({ onFailure: 'continue' });
    expect((await goOn(['profile'], { customerId })).enriched).toEqual({});
    expect(skipped[0]?.reason).toMatch(/^enrichment\.http\.profile was not called: /);
  });

  it('includes an answer that does not fit its mapping', async () => {
    const { enrich, skipped } = await world({
      onFailure: 'continue',
      mapping: { day: '{{ body.email | date: "%d" }}' },
    });
    expect((await enrich(['profile'])).enriched).toEqual({});
    expect(skipped[0]?.reason).toMatch(/^enrichment\.http\.profile\.mapping: /);
    expect(skipped[0]?.reason).not.toContain('example.com');
  });
});
