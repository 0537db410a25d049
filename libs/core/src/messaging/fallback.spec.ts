import { describe, expect, it } from '@jest/globals';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import { timeOfUuidV7, uuidV7 } from '../ids.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import { FallbackSteps, messagingAfter, messagingOfStep, nextStepId } from './fallback.js';
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

describe('messaging state of a delivery with a fallback', () => {
  it('begins with the triggers of the next step', () => {
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
    ['an opt-out, which the step does not name', { errorKind: 'rejected', suppress: 'opt_out' }, undefined],
    ['an invalid address', { errorKind: 'rejected', suppress: 'invalid' }, 'noRecipient'],
    ['an error kind that is not a trigger', { errorKind: 'mapping' }, undefined],
    ['a lost answer', { state: 'unconfirmed', errorKind: 'unconfirmed' }, undefined],
    ['a lost answer after all retries', { errorKind: 'unconfirmed', reason: 'retries exhausted' }, undefined],
    ['too old', { state: 'suppressed', reason: 'expired' }, undefined],
    ['no consent', { state: 'suppressed', reason: 'consent' }, undefined],
    ['cancelled', { state: 'cancelled', reason: 'cancelled by pointsReversed e' }, undefined],
    ['sent', { state: 'succeeded' }, undefined],
  ] as const)('records the trigger of the next step: %s', (_end, also, trigger) => {
    const after = messagingAfter(messaging, { ...decided, ...also }, NOW);
    expect(after?.trigger).toBe(trigger);
    expect(after?.until).toBe(NOW + 5_000);
  });

  it('does not change while the delivery waits or if there is no next step', () => {
    expect(messagingAfter(messaging, { ...decided, state: 'scheduled', errorKind: 'transient' }, NOW)).toBeNull();
    expect(messagingAfter(null, { ...decided, errorKind: 'rejected' }, NOW)).toBeNull();
    expect(messagingAfter({ step: 2 }, { ...decided, errorKind: 'rejected' }, NOW)).toBeNull();
  });

  it('records a lost answer for good; later failures then do not trigger the next step, because both messages might arrive', () => {
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

describe('messaging state of a delivery without a fallback', () => {
  it.each([
    ['scheduled', { state: 'scheduled' }],
    ['unconfirmed', { state: 'unconfirmed' }],
    ['dead', { state: 'dead' }],
  ] as const)('records a lost answer once: %s', (_state, also) => {
    const lost = { ...decided, errorKind: 'unconfirmed', ...also } as const;
    expect(messagingAfter(null, lost, NOW)).toEqual({ lost: true });
    expect(messagingAfter({ redelivered: true }, lost, NOW)).toEqual({ lost: true });
    expect(messagingAfter({ lost: true }, lost, NOW)).toBeNull();
    expect(messagingAfter({ lost: true }, { ...lost, errorKind: 'transient' }, NOW)).toBeNull();
  });
});

describe('FallbackSteps', () => {
  const id = uuidV7(NOW);
  const triggered = (also: Partial<TriggeredStep> = {}): TriggeredStep => ({
    ...{ id, retentionDays: 30, brandId: 'b', eventId: 'e', eventType: 't', customerId: '7', subscriptionId: 's' },
    ...{ subscriptionVersionId: 'v', messaging: { ...messaging, trigger: 'rejected' } },
    ...also,
  });

  async function created(...given: readonly TriggeredStep[]) {
    const store = new MemoryMessagingStore();
    for (const one of given) store.triggered.set(one.id, one);
    const woken: string[] = [];
    const steps = new FallbackSteps(
      store,
      { messagingOf: () => Promise.resolve(rules) },
      { wake: (destinationId) => woken.push(destinationId) },
      { now: () => NOW },
      () => undefined,
    );
    await steps.once();
    return { steps: store.created.map((step) => step.delivery), woken, left: store.triggered.size };
  }

  it('creates a step that is due at once, with an id derived from the previous delivery, and wakes its destination', async () => {
    const step = {
      id: nextStepId(id),
      destinationId: 'mail',
      dueAt: NOW,
      messaging: { step: 1, on: ['mapping'], withinMs: 7_000 },
    };
    expect(await created(triggered())).toEqual({ steps: [step], woken: ['mail'], left: 0 });
    expect(timeOfUuidV7(nextStepId(id))).toBe(NOW);
    expect(nextStepId(nextStepId(id))).not.toBe(nextStepId(id));
  });

  it('gives a step the digest members of the previous delivery', async () => {
    const { steps } = await created(
      triggered({ messaging: { ...messaging, trigger: 'rejected', digest: ['e2', 'e3'] } }),
    );
    expect(steps).toMatchObject([{ messaging: { step: 1, digest: ['e2', 'e3'] } }]);
  });

  it('marks a step as redelivered if a person redelivered the previous delivery, so that rules about times do not apply', async () => {
    const { steps } = await created(triggered({ messaging: { ...messaging, trigger: 'rejected', redelivered: true } }));
    expect(steps).toMatchObject([{ messaging: { step: 1, redelivered: true } }]);
  });

  it('creates nothing after the last step', async () => {
    expect(await created(triggered({ messaging: { step: 2, trigger: 'mapping' } }))).toEqual({
      steps: [null],
      woken: [],
      left: 0,
    });
  });

  it('runs one round at a time, and one more round for all calls during a round', async () => {
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
    store.triggered.set(id, triggered());
    const others = [steps.once(), steps.once()];
    release();
    await Promise.all([first, ...others]);
    expect([store.created.length, store.triggered.size]).toEqual([1, 0]);
    expect(rounds).toBe(2);
  });

  it('creates more steps than one batch holds', async () => {
    const many = Array.from({ length: 250 }, (_, n) => triggered({ id: uuidV7(NOW + n) }));
    expect((await created(...many)).steps).toHaveLength(250);
  });

  describe('if some steps fail', () => {
    const ids = Array.from({ length: 4 }, (_, n) => uuidV7(NOW + n));

    function round(fails: { readonly version?: string; readonly step?: string | undefined }, triggeredIds = ids) {
      const store = new MemoryMessagingStore();
      for (const one of triggeredIds)
        store.triggered.set(one, triggered({ id: one, subscriptionVersionId: `version of ${one}` }));
      const faults: string[] = [];
      const clock = { at: NOW };
      const steps = new FallbackSteps(
        {
          triggeredSteps: (limit, except) => store.triggeredSteps(limit, except),
          createSteps: (some) =>
            some.some((step) => step.triggered.id === fails.step)
              ? Promise.reject(new Error('storing failed'))
              : store.createSteps(some),
        },
        {
          messagingOf: (version) =>
            version === fails.version || fails.version === 'any'
              ? Promise.reject(new Error(`unknown subscription ${version}`))
              : Promise.resolve(rules),
        },
        { wake: () => undefined },
        { now: () => clock.at },
        (_error, context) => faults.push(context),
      );
      return { steps, store, faults, clock, left: () => [...store.triggered.keys()] };
    }

    it.each([
      ['its subscription version is missing', { version: `version of ${ids[0]}` }],
      ['it cannot be stored', { step: ids[0] }],
    ])('creates the other steps: %s', async (_cause, fails) => {
      const { steps, store, faults, left } = round(fails);
      await steps.once();
      expect(store.created.map((step) => step.triggered.id)).toEqual(ids.slice(1));
      expect(left()).toEqual([ids[0]]);
      expect(faults).toEqual([`fallback step after delivery ${ids[0]}`]);
    });

    it('reports a failed step once while it is skipped, and creates it when the cause is gone', async () => {
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

    it('ends the round after consecutive failures, and skips those steps in the next round', async () => {
      const many = Array.from({ length: 120 }, (_, n) => uuidV7(NOW + n));
      const fails = { version: 'any' };
      const { steps, store, left } = round(fails, many);
      await expect(steps.once()).rejects.toThrow('unknown subscription version');
      expect([store.created.length, left().length]).toEqual([0, 120]);
      fails.version = '';
      await steps.once();
      expect(left()).toEqual(many.slice(0, 5));
    });
  });
});
