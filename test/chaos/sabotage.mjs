/**
 * Bugs put into the hub on purpose, to see whether the suite notices: `npm run chaos -- --sabotage <name>` has to fail.
 * Each is one that a careless change could bring.
 */
import { AttemptDelivery, Dispatcher, MessagePolicy } from '@patchbay/core';
import {
  DatabaseClock,
  PostgresDeliveryStore,
  PostgresEventStore,
  PostgresMessagingStore,
  PostgresReplayStore,
} from '@patchbay/database';
import { BullWakeUps } from '@patchbay/queue';

const SELDOM = 0.02;
const OFTEN = 0.3;
/** Calls of so many events are split, and their halves are stored so far apart. */
const SPLIT_FROM = 100;
const SPLIT_MS = 3_000;
/** Longer than a stall may last. */
const ABSENT_MS = 40_000;

const SABOTAGES = {
  /** Answers 202 before anything is stored, now and then. */
  'acknowledge-early': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    PostgresEventStore.prototype.storeGroup = function (revision, events, quarantine) {
      if (Math.random() < SELDOM) return Promise.resolve(events.map(() => ({ kind: 'accepted' })));
      return storeGroup.call(this, revision, events, quarantine);
    };
  },
  /** Believes that it may send, whoever holds the lease by now. */
  'forget-the-mark': () => {
    PostgresDeliveryStore.prototype.markSending = (deliveries) =>
      Promise.resolve(new Set(deliveries.map(({ id }) => id)));
  },
  /** Leaves what dead workers held where it is. */
  'leave-the-dead': () => {
    PostgresDeliveryStore.prototype.reclaimExpired = () => Promise.resolve([]);
  },
  /** Takes a message for sent that was not, now and then. */
  'claim-success': () => {
    const { attempt } = AttemptDelivery.prototype;
    AttemptDelivery.prototype.attempt = function (delivery, context) {
      return Math.random() < SELDOM ? Promise.resolve({ kind: 'accepted' }) : attempt.call(this, delivery, context);
    };
  },
  /** Forgets outcomes that could not be written at the first attempt. */
  'forget-outcomes': () => {
    const { record } = PostgresDeliveryStore.prototype;
    PostgresDeliveryStore.prototype.record = function (decisions) {
      return record.call(this, decisions).catch(() => this.release(decisions).then(() => new Set()));
    };
  },
  /** Writes down that a replay has come further, and not what it made, now and then. */
  'lose-a-step': () => {
    const { advance } = PostgresReplayStore.prototype;
    PostgresReplayStore.prototype.advance = function (replay, step) {
      return advance.call(this, replay, Math.random() < 0.5 ? { ...step, deliveries: [] } : step);
    };
  },
  /** Takes what comes twice for two events. */
  'forget-duplicates': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    PostgresEventStore.prototype.storeGroup = function (revision, events, quarantine) {
      return storeGroup.call(
        this,
        revision,
        events.map((event) => ({ ...event, dedupeKey: event.id })),
        quarantine,
      );
    };
  },
  /** Stores the second half of a large call before the first. */
  'split-calls': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    PostgresEventStore.prototype.storeGroup = async function (revision, events, quarantine) {
      const store = (part) => storeGroup.call(this, revision, part, quarantine);
      if (events.length < SPLIT_FROM) return store(events);
      const half = events.length / 2;
      const newer = await store(events.slice(half));
      await new Promise((resolve) => setTimeout(resolve, SPLIT_MS));
      const older = await store(events.slice(0, half));
      return newer === 'stale' || older === 'stale' ? 'stale' : [...older, ...newer];
    };
  },
  /** Keeps no order. */
  'forget-order': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    const unordered = (delivery) => ({ ...delivery, order: undefined });
    PostgresEventStore.prototype.storeGroup = function (revision, events, quarantine) {
      const free = events.map((event) => ({ ...event, deliveries: event.deliveries.map(unordered) }));
      return storeGroup.call(this, revision, free, quarantine);
    };
  },
  /** Sends as fast as it can. */
  'forget-rates': () => {
    const { limitsOf } = AttemptDelivery.prototype;
    AttemptDelivery.prototype.limitsOf = function (destination) {
      return { ...limitsOf.call(this, destination), ratePerSecond: undefined };
    };
  },
  /** Sends at night. */
  'forget-quiet-hours': () => {
    MessagePolicy.prototype.quietHours = () => null;
  },
  /** Sends more than a cap allows. */
  'forget-caps': () => {
    MessagePolicy.prototype.overCap = () => Promise.resolve(null);
  },
  /** Leaves an event out of a digest, now and then. */
  'lose-from-digests': () => {
    const { closeDigest } = PostgresMessagingStore.prototype;
    PostgresMessagingStore.prototype.closeDigest = async function (digest, ends) {
      const ids = await closeDigest.call(this, digest, ends);
      return ids === null || Math.random() > OFTEN ? ids : ids.slice(1);
    };
  },
  /** Takes a message that was accepted for refused, if it has a fallback, now and then. */
  'fall-back-always': () => {
    const { attempt } = AttemptDelivery.prototype;
    AttemptDelivery.prototype.attempt = async function (delivery, context) {
      const outcome = await attempt.call(this, delivery, context);
      const lies = outcome.kind === 'accepted' && delivery.messaging?.on !== undefined && Math.random() < OFTEN;
      return lies ? { kind: 'rejected', message: 'sabotage' } : outcome;
    };
  },
  /** Leaves one destination alone for a while, whatever is due. */
  'look-away': () => {
    const { runSlice } = Dispatcher.prototype;
    let ignored;
    const until = performance.now() + ABSENT_MS;
    Dispatcher.prototype.runSlice = function (destinationId) {
      ignored ??= destinationId;
      return ignored === destinationId && performance.now() < until
        ? Promise.resolve()
        : runSlice.call(this, destinationId);
    };
  },
  /** Takes the time from the machine. */
  'own-clock': () => {
    DatabaseClock.prototype.now = () => Date.now();
  },
  /** Holds for unconfirmed what was never sent, now and then. */
  'claim-doubt': () => {
    const { attempt } = AttemptDelivery.prototype;
    AttemptDelivery.prototype.attempt = function (delivery, context) {
      return Math.random() < SELDOM
        ? Promise.resolve({ kind: 'unconfirmed', message: 'sabotage' })
        : attempt.call(this, delivery, context);
    };
  },
  /** Does nothing while Redis is away. */
  'need-redis': () => {
    const { process: begin } = BullWakeUps.prototype;
    const { runSlice } = Dispatcher.prototype;
    let wakeUps;
    BullWakeUps.prototype.process = function (handler) {
      wakeUps = this;
      return begin.call(this, handler);
    };
    Dispatcher.prototype.runSlice = function (destinationId) {
      return wakeUps?.queueUp === false ? Promise.resolve() : runSlice.call(this, destinationId);
    };
  },
};

/** Puts one in. Before the hub starts. */
export function sabotage(name) {
  const put = SABOTAGES[name];
  if (put === undefined) {
    throw new Error(`There is no sabotage "${name}"; there are ${Object.keys(SABOTAGES).join(', ')}.`);
  }
  put();
}
