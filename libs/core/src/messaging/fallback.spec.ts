import { describe, expect, it } from '@jest/globals';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import { timeOfUuidV7, uuidV7 } from '../ids.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import { messagingAfter, messagingOfStep, nextStepId } from './fallback.js';
import { FallbackSteps } from './fallback-steps.js';
import type { TriggeredStep } from './messaging-store.port.js';

const NOW = 1_795_544_400_000;
const rules: MessagingRecord = {
  purpose: 'promotional',
  fallback: [
    { destinationId: 'mail', on: ['rejected', 'transient', 'noRecipient', 'undelivered'], afterMs: 5_000 },
    { destinationId: 'push', on: ['mapping'], afterMs: 7_000 },
  ],
};
const messaging = messagingOfStep(rules, 0) ?? null;
const decided = { state: 'dead', errorKind: null, reason: null } as const;

describe('what a delivery keeps of a fallback', () => {
  it('is what calls the step after it', () => {
    expect(messaging).toEqual({ on: rules.fallback[0]?.on, withinMs: 5_000 });
    expect(messagingOfStep(rules, 1)).toEqual({ step: 1, on: ['mapping'], withinMs: 7_000 });
    expect(messagingOfStep(rules, 2)).toEqual({ step: 2 });
    expect(messagingOfStep({ ...rules, fallback: [] }, 0)).toBeUndefined();
    expect(messagingOfStep(null, 0)).toBeUndefined();
  });

  it.each([
    ['rejected', { errorKind: 'rejected' }, 'rejected'],
    ['retries exhausted', { errorKind: 'transient', reason: 'retries exhausted' }, 'transient'],
    ['no recipient', { state: 'suppressed', reason: 'no recipient' }, 'noRecipient'],
    ['a kind that is not asked for', { errorKind: 'mapping' }, undefined],
    ['a lost answer', { state: 'unconfirmed', errorKind: 'unconfirmed' }, undefined],
    ['a lost answer after all retries', { errorKind: 'unconfirmed', reason: 'retries exhausted' }, undefined],
    ['too old', { state: 'suppressed', reason: 'expired' }, undefined],
    ['no consent', { state: 'suppressed', reason: 'consent' }, undefined],
    ['undone', { state: 'cancelled', reason: 'cancelled by pointsReversed e' }, undefined],
    ['sent', { state: 'succeeded' }, undefined],
  ] as const)('calls it where it fits: %s', (_what, also, called) => {
    const after = messagingAfter(messaging, { ...decided, ...also }, NOW);
    expect(after?.trigger).toBe(called);
    expect(after?.until).toBe(NOW + 5_000);
  });

  it('is nothing new while it waits, and where it keeps nothing', () => {
    expect(messagingAfter(messaging, { ...decided, state: 'scheduled', errorKind: 'transient' }, NOW)).toBeNull();
    expect(messagingAfter(null, { ...decided, errorKind: 'rejected' }, NOW)).toBeNull();
    expect(messagingAfter({ step: 2 }, { ...decided, errorKind: 'rejected' }, NOW)).toBeNull();
  });

  it('is, for ever, that an answer was lost: what fails later calls nothing, since both might arrive', () => {
    const lost = messagingAfter(messaging, { ...decided, state: 'scheduled', errorKind: 'unconfirmed' }, NOW);
    expect(lost).toEqual({ lost: true });
    expect(
      messagingAfter({ ...messaging, ...lost }, { ...decided, errorKind: 'rejected' }, NOW)?.trigger,
    ).toBeUndefined();
    expect(
      messagingAfter({ ...messaging, ...lost }, { ...decided, state: 'scheduled', errorKind: 'transient' }, NOW),
    ).toBeNull();
  });
});

describe('what a delivery of no fallback keeps', () => {
  it.each([
    ['while it waits', { state: 'scheduled' }],
    ['where it is held', { state: 'unconfirmed' }],
    ['where it is given up', { state: 'dead' }],
  ] as const)('is, once, that an answer was lost: %s', (_what, also) => {
    const lost = { ...decided, errorKind: 'unconfirmed', ...also } as const;
    expect(messagingAfter(null, lost, NOW)).toEqual({ lost: true });
    expect(messagingAfter({ redelivered: true }, lost, NOW)).toEqual({ lost: true });
    expect(messagingAfter({ lost: true }, lost, NOW)).toBeNull();
    expect(messagingAfter({ lost: true }, { ...lost, errorKind: 'transient' }, NOW)).toBeNull();
  });
});

describe('the steps of fallbacks', () => {
  const id = uuidV7(NOW);
  const called = (also: Partial<TriggeredStep> = {}): TriggeredStep => ({
    ...{ id, retentionDays: 30, brandId: 'b', eventId: 'e', eventType: 't', customerId: '7', subscriptionId: 's' },
    ...{ subscriptionVersionId: 'v', messaging: { ...messaging, trigger: 'rejected' } },
    ...also,
  });

  async function made(...calls: readonly TriggeredStep[]) {
    const store = new MemoryMessagingStore();
    for (const call of calls) store.calls.set(call.id, call);
    const woken: string[] = [];
    const steps = new FallbackSteps(
      store,
      { messagingOf: () => Promise.resolve(rules) },
      { wake: (destinationId) => woken.push(destinationId) },
      { now: () => NOW },
      () => undefined,
    );
    await steps.once();
    return { made: store.made.map((step) => step.delivery), woken, left: store.calls.size };
  }

  it('are made due at once, under an id that follows from the one before, and woken', async () => {
    const step = {
      id: nextStepId(id),
      destinationId: 'mail',
      dueAt: NOW,
      messaging: { step: 1, on: ['mapping'], withinMs: 7_000 },
    };
    expect(await made(called())).toEqual({ made: [step], woken: ['mail'], left: 0 });
    expect(timeOfUuidV7(nextStepId(id))).toBe(NOW);
    expect(nextStepId(nextStepId(id))).not.toBe(nextStepId(id));
  });

  it('have the members of the digest before them', async () => {
    const { made: steps } = await made(
      called({ messaging: { ...messaging, trigger: 'rejected', digest: ['e2', 'e3'] } }),
    );
    expect(steps).toMatchObject([{ messaging: { step: 1, digest: ['e2', 'e3'] } }]);
  });

  it('go out late and at night too, where a person had the one before them sent again', async () => {
    const { made: steps } = await made(called({ messaging: { ...messaging, trigger: 'rejected', redelivered: true } }));
    expect(steps).toMatchObject([{ messaging: { step: 1, redelivered: true } }]);
  });

  it('end where there are no more', async () => {
    expect(await made(called({ messaging: { step: 2, trigger: 'mapping' } }))).toEqual({
      made: [null],
      woken: [],
      left: 0,
    });
  });

  it('are made by one round at a time, and one more for all that were called meanwhile', async () => {
    const store = new MemoryMessagingStore();
    let rounds = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const steps = new FallbackSteps(
      {
        triggeredSteps: async (limit, except) => {
          rounds += 1;
          if (rounds === 1) await held;
          return store.triggeredSteps(limit, except);
        },
        createSteps: (some) => store.createSteps(some),
      },
      { messagingOf: () => Promise.resolve(rules) },
      { wake: () => undefined },
      { now: () => NOW },
      () => undefined,
    );
    const first = steps.once();
    await Promise.resolve();
    store.calls.set(id, called());
    const others = [steps.once(), steps.once()];
    release();
    await Promise.all([first, ...others]);
    expect([store.made.length, store.calls.size]).toEqual([1, 0]);
    expect(rounds).toBe(2);
  });

  it('are made however many were called', async () => {
    const many = Array.from({ length: 250 }, (_, n) => called({ id: uuidV7(NOW + n) }));
    expect((await made(...many)).made).toHaveLength(250);
  });

  describe('of which some cannot be made', () => {
    const ids = Array.from({ length: 4 }, (_, n) => uuidV7(NOW + n));

    function round(fails: { readonly version?: string; readonly step?: string | undefined }, callIds = ids) {
      const store = new MemoryMessagingStore();
      for (const one of callIds) store.calls.set(one, called({ id: one, subscriptionVersionId: `version of ${one}` }));
      const faults: string[] = [];
      const clock = { at: NOW };
      const steps = new FallbackSteps(
        {
          triggeredSteps: (limit, except) => store.triggeredSteps(limit, except),
          createSteps: (some) =>
            some.some((step) => step.triggered.id === fails.step)
              ? Promise.reject(new Error('This cannot be stored.'))
              : store.createSteps(some),
        },
        {
          messagingOf: (version) =>
            version === fails.version || fails.version === 'any'
              ? Promise.reject(new Error(`There is no subscription ${version}.`))
              : Promise.resolve(rules),
        },
        { wake: () => undefined },
        { now: () => clock.at },
        (_error, where) => faults.push(where),
      );
      return { steps, store, faults, clock, left: () => [...store.calls.keys()] };
    }

    it.each([
      ['its subscription version is missing', { version: `version of ${ids[0]}` }],
      ['it alone cannot be stored', { step: ids[0] }],
    ])('block no other: %s', async (_what, fails) => {
      const { steps, store, faults, left } = round(fails);
      await steps.once();
      expect(store.made.map((step) => step.triggered.id)).toEqual(ids.slice(1));
      expect(left()).toEqual([ids[0]]);
      expect(faults).toEqual([`fallback step after delivery ${ids[0]}`]);
    });

    it('are reported once while they are skipped, and made when the cause is gone', async () => {
      const fails: { step: string | undefined } = { step: ids[0] };
      const { steps, faults, clock, left } = round(fails);
      await steps.once();
      await steps.once();
      fails.step = undefined;
      await steps.once();
      expect([faults.length, left()]).toEqual([1, [ids[0]]]);
      clock.at += 300_000;
      await steps.once();
      expect([faults.length, left()]).toEqual([1, []]);
    });

    it('end the round if they are many in a row, and come up behind others in the next', async () => {
      const many = Array.from({ length: 120 }, (_, n) => uuidV7(NOW + n));
      const fails = { version: 'any' };
      const { steps, store, left } = round(fails, many);
      await expect(steps.once()).rejects.toThrow('There is no subscription version');
      expect([store.made.length, left().length]).toEqual([0, 120]);
      fails.version = '';
      await steps.once();
      expect(left()).toEqual(many.slice(0, 5));
    });
  });
});
