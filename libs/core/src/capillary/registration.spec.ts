import { describe, expect, it } from '@jest/globals';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import { HUB_ACTOR } from '../configuration/configuration-store.port.js';
import { InProcessLocks } from '../locks.js';
import {
  brandRecord,
  configurationRecords,
  simpleAdapter,
  sourceRecord,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { compiledBrand } from '../testing/loaded-store.js';
import { CapillaryRegistration } from './registration.js';
import type { Registration, RegistrationStore } from './registration-store.port.js';
import type { CapillaryWebhook, WebhookState } from './webhook.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ROTATE = { rotate: true };
const KEEP = { rotate: false };

/** Database and Capillary that several hubs share. Every call of Capillary lets the other hubs continue first. */
function world() {
  const webhooks = new Map<string, CapillaryWebhook>();
  const locks = new InProcessLocks();
  const secrets: string[] = [];
  const drifts: unknown[] = [];
  let written: WebhookState | null = null;
  let webhookId: string | null = null;
  let events: readonly string[] = ['pointsIssued'];

  const registration = (): Registration | null =>
    secrets.length === 0
      ? null
      : {
          ...{ sourceId: 'source-1', webhookId, consumerGroupId: null, written, drift: [], isMissing: false },
          ...{ secretAt: 0, isRotating: false, checkedAt: null },
        };
  const store: RegistrationStore = {
    find: () => Promise.resolve(registration()),
    runAlone: (work) => work(() => Promise.resolve()),
    registeredBrands: () => Promise.resolve(['brand-1']),
    prepareSecret: (_source, _actor, { rotate }) => {
      if (rotate || secrets.length === 0) secrets.push(`invented-secret-${secrets.length + 1}`);
      return Promise.resolve({ value: secrets.at(-1) ?? '', version: String(secrets.length) });
    },
    confirm: (_source, webhook) => {
      ({ written, webhookId } = webhook);
      return Promise.resolve();
    },
    dropOldSecret: () => Promise.resolve(false),
    recordCheck: (_source, { drift, isMissing }) => {
      if (drift.length > 0 || isMissing) drifts.push({ drift, isMissing });
      return Promise.resolve();
    },
    remove: () => {
      secrets.length = 0;
      [written, webhookId] = [null, null];
      return Promise.resolve();
    },
  };
  const brand = (): CompiledBrand => {
    const auth = { kind: 'oauth', key: 'k', secret: 's' } as const;
    const platform = { capillary: { baseUrl: 'https://eu.api.capillarytech.com', ratePerMinute: 100, auth } };
    const source = { ...sourceRecord({ generated: true }), generatedSecrets: secrets.slice(-1) };
    const records = configurationRecords({
      brands: [{ ...brandRecord(), lookups: { platform } }],
      sources: [source],
      subscriptions: [subscriptionRecord({ events: [...events] })],
    });
    return compiledBrand(records, new Map([['simple', simpleAdapter]]));
  };
  const hub = (lockWaitMs = 30_000): CapillaryRegistration =>
    new CapillaryRegistration({
      api: {
        list: async () => {
          const found = [...webhooks.values()];
          await turn();
          return found;
        },
        create: async (_connection, webhook) => {
          await turn();
          const created = { ...webhook, webHookId: `w${webhooks.size + 1}` };
          webhooks.set(created.webHookId, created);
          return created;
        },
        update: async (_connection, id, webhook) => {
          await turn();
          webhooks.set(id, webhook);
          return webhook;
        },
        remove: async (_connection, id) => {
          await turn();
          webhooks.delete(id);
        },
      },
      ...{ store, locks, lockWaitMs, publicUrl: 'https://hub.example.com', clock: { now: () => 0 } },
      configuration: { refresh: () => Promise.resolve(), brand: () => Promise.resolve(brand()) },
    });
  const useEvents = (names: readonly string[]): void => {
    events = names;
  };
  return { hub, brand, webhooks, secrets, drifts, locks, useEvents };
}

describe('CapillaryRegistration', () => {
  it('creates one webhook if two hubs register a brand at once', async () => {
    const { hub, brand, webhooks, secrets } = world();
    const plans = await Promise.all([hub(), hub()].map((one) => one.register(brand(), HUB_ACTOR, KEEP)));
    expect(plans.map(({ changes }) => changes.length === 0)).toEqual([false, true]);
    expect([webhooks.size, secrets.length]).toEqual([1, 1]);
  });

  it('finds no drift if another hub replaces the secret and the event types meanwhile', async () => {
    const { hub, brand, drifts, useEvents, webhooks } = world();
    await hub().register(brand(), HUB_ACTOR, KEEP);
    const outdated = brand();
    useEvents(['pointsIssued', 'tierUpgraded']);
    const outcomes = [hub().register(brand(), HUB_ACTOR, ROTATE), hub().reconcile(outdated)] as const;
    expect([(await outcomes[0]).changes.map(({ field }) => field), await outcomes[1]]).toEqual([
      ['eventNames'],
      'unchanged',
    ]);
    expect(drifts).toEqual([]);
    expect([...webhooks.values()]).toMatchObject([
      {
        eventNames: ['pointsIssued', 'tierUpgraded'],
        webHookHeaders: { 'x-patchbay-secret': 'invented-secret-2' },
      },
    ]);
  });

  it('does not restore a webhook that another hub is deleting', async () => {
    const { hub, brand, webhooks, secrets, drifts } = world();
    await hub().register(brand(), HUB_ACTOR, KEEP);
    const outcomes = await Promise.all([hub().unregister(brand(), HUB_ACTOR), hub().reconcile(brand())]);
    expect(outcomes).toEqual([true, 'unregistered']);
    expect([webhooks.size, secrets.length, drifts.length]).toEqual([0, 0, 0]);
  });

  it('says that another change takes too long, changes nothing, and works afterwards', async () => {
    const { hub, brand, webhooks, locks } = world();
    let end = (): void => undefined;
    const change = locks.run(
      'capillary\0brand-1',
      () => new Promise<void>((resolve) => (end = resolve)),
      new AbortController().signal,
    );
    await turn();
    await expect(hub(1).register(brand(), HUB_ACTOR, KEEP)).rejects.toThrow(
      'The webhook of brand acme was not changed, because another change of it',
    );
    expect(webhooks.size).toBe(0);
    end();
    await change;
    await hub(1_000).register(brand(), HUB_ACTOR, KEEP);
    expect(webhooks.size).toBe(1);
  });
});
