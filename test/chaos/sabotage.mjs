/**
 * Bugs that the fault suite must detect: `npm run chaos -- --sabotage <name>` must fail. A careless change of the hub
 * could introduce each of these bugs.
 */
import { randomUUID } from 'node:crypto';
import { AttemptDelivery, Destinations, Dispatcher, MessagePolicy } from '@patchbay/core';
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
/**
 * Minimum number of events in a call that the bug splits, and the milliseconds between the storage of the two halves.
 */
const SPLIT_FROM = 100;
const SPLIT_MS = 3_000;
/** Time in milliseconds for which the bug ignores a destination; longer than the limit of a stall. */
const ABSENT_MS = 40_000;

const SABOTAGES = {
  /** Bug that sometimes answers 202 without storing the events. */
  'acknowledge-without-storing': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    PostgresEventStore.prototype.storeGroup = function (events, ...more) {
      if (Math.random() < SELDOM) return Promise.resolve(events.map(() => ({ kind: 'accepted' })));
      return storeGroup.call(this, events, ...more);
    };
  },
  /** Bug that sends a message without checking that the worker still holds the lease. */
  'send-without-lease': () => {
    PostgresDeliveryStore.prototype.markSending = (deliveries) => Promise.resolve(new Set(deliveries));
  },
  /** Bug that sends new deliveries from memory without a lease in the database. */
  'send-without-new-lease': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    const lease = { token: randomUUID(), destinationVersion: 0, pauseSeq: 0 };
    PostgresEventStore.prototype.storeGroup = async function (events, quarantine, requests = new Map()) {
      const outcomes = await storeGroup.call(this, events, quarantine);
      const invented = ({ deliveries }) => deliveries.filter(({ id }) => requests.has(id)).map(({ id }) => [id, lease]);
      return outcomes.map((outcome, index) =>
        outcome.kind === 'accepted' ? { ...outcome, leases: new Map(invented(events[index])) } : outcome,
      );
    };
  },
  /** Bug that never reclaims expired leases. */
  'keep-expired-leases': () => {
    PostgresDeliveryStore.prototype.reclaimExpired = () => Promise.resolve([]);
  },
  /** Bug that sometimes records a message as sent without sending the message. */
  'record-false-success': () => {
    const { attempt } = AttemptDelivery.prototype;
    AttemptDelivery.prototype.attempt = function (delivery, permit) {
      return Math.random() < SELDOM ? Promise.resolve({ kind: 'accepted' }) : attempt.call(this, delivery, permit);
    };
  },
  /** Bug that drops outcomes whose first write failed. */
  'drop-outcomes': () => {
    const { record } = PostgresDeliveryStore.prototype;
    PostgresDeliveryStore.prototype.record = function (decisions) {
      return record.call(this, decisions).catch(() => this.release(decisions).then(() => new Set()));
    };
  },
  /** Bug that sometimes records the progress of a replay without storing the replay's new deliveries. */
  'lose-replayed-deliveries': () => {
    const { advance } = PostgresReplayStore.prototype;
    PostgresReplayStore.prototype.advance = function (replay, step) {
      return advance.call(this, replay, Math.random() < 0.5 ? { ...step, deliveries: [] } : step);
    };
  },
  /** Bug that stores a duplicate as a new event. */
  'store-duplicates': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    PostgresEventStore.prototype.storeGroup = function (events, ...more) {
      const unique = events.map((event) => ({ ...event, dedupeKey: event.id }));
      return storeGroup.call(this, unique, ...more);
    };
  },
  /** Bug that stores the second half of a large call before the first half. */
  'store-calls-out-of-order': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    PostgresEventStore.prototype.storeGroup = async function (events, ...more) {
      const store = (part) => storeGroup.call(this, part, ...more);
      if (events.length < SPLIT_FROM) return store(events);
      const half = events.length / 2;
      const newer = await store(events.slice(half));
      await new Promise((resolve) => setTimeout(resolve, SPLIT_MS));
      const older = await store(events.slice(0, half));
      return [...older, ...newer];
    };
  },
  /** Bug that ignores order keys. */
  'ignore-order': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    const unordered = (delivery) => ({ ...delivery, order: undefined });
    PostgresEventStore.prototype.storeGroup = function (events, ...more) {
      const free = events.map((event) => ({ ...event, deliveries: event.deliveries.map(unordered) }));
      return storeGroup.call(this, free, ...more);
    };
  },
  /** Bug that ignores the order keys of destinations with batches, so that a batch has several messages of a key. */
  'mix-order-keys-in-batch': () => {
    const { find } = Destinations.prototype;
    const { storeGroup } = PostgresEventStore.prototype;
    const batched = new Set();
    Destinations.prototype.find = function (destinationId) {
      const destination = find.call(this, destinationId);
      if (destination.batch !== null) batched.add(destinationId);
      return destination;
    };
    const unordered = (delivery) =>
      batched.has(delivery.destinationId) ? { ...delivery, order: undefined } : delivery;
    PostgresEventStore.prototype.storeGroup = function (events, ...more) {
      const free = events.map((event) => ({ ...event, deliveries: event.deliveries.map(unordered) }));
      return storeGroup.call(this, free, ...more);
    };
  },
  /** Bug that ignores rate limits. */
  'ignore-rates': () => {
    const { find } = Destinations.prototype;
    Destinations.prototype.find = function (destinationId) {
      const destination = find.call(this, destinationId);
      return { ...destination, limits: { ...destination.limits, rate: undefined } };
    };
  },
  /** Bug that ignores quiet hours. */
  'ignore-quiet-hours': () => {
    MessagePolicy.prototype.quietHours = () => null;
  },
  /** Bug that ignores caps. */
  'ignore-caps': () => {
    MessagePolicy.prototype.overCap = () => Promise.resolve(null);
  },
  /** Bug that sometimes omits an event from a digest. */
  'omit-from-digests': () => {
    const { closeDigest } = PostgresMessagingStore.prototype;
    PostgresMessagingStore.prototype.closeDigest = async function (digest, ends) {
      const ids = await closeDigest.call(this, digest, ends);
      return ids === null || Math.random() > OFTEN ? ids : ids.slice(1);
    };
  },
  /** Bug that sometimes records an accepted message as rejected, if the message has a fallback. */
  'fall-back-after-success': () => {
    const { attempt } = AttemptDelivery.prototype;
    AttemptDelivery.prototype.attempt = async function (delivery, permit) {
      const outcome = await attempt.call(this, delivery, permit);
      const isFalsified = outcome.kind === 'accepted' && delivery.messaging?.on !== undefined && Math.random() < OFTEN;
      return isFalsified ? { kind: 'rejected', message: 'sabotage' } : outcome;
    };
  },
  /** Bug that ignores one destination for 40 s. */
  'ignore-destination': () => {
    const { runSlice, reserveCall } = Dispatcher.prototype;
    let ignored;
    const until = performance.now() + ABSENT_MS;
    const isIgnored = (destinationId) => {
      ignored ??= destinationId;
      return ignored === destinationId && performance.now() < until;
    };
    Dispatcher.prototype.runSlice = function (destinationId) {
      return isIgnored(destinationId) ? Promise.resolve() : runSlice.call(this, destinationId);
    };
    Dispatcher.prototype.reserveCall = function (destinationId) {
      return isIgnored(destinationId) ? null : reserveCall.call(this, destinationId);
    };
  },
  /** Bug that uses the clock of the machine instead of the clock of PostgreSQL. */
  'use-local-clock': () => {
    DatabaseClock.prototype.now = () => Date.now();
  },
  /** Bug that sometimes records an attempt as unconfirmed without sending the message. */
  'record-false-unconfirmed': () => {
    const { attempt } = AttemptDelivery.prototype;
    AttemptDelivery.prototype.attempt = function (delivery, permit) {
      return Math.random() < SELDOM
        ? Promise.resolve({ kind: 'unconfirmed', message: 'sabotage' })
        : attempt.call(this, delivery, permit);
    };
  },
  /** Bug that delivers nothing while Redis is down. */
  'require-redis': () => {
    const { process: begin } = BullWakeUps.prototype;
    const { runSlice, reserveCall } = Dispatcher.prototype;
    let wakeUps;
    BullWakeUps.prototype.process = function (handler) {
      wakeUps = this;
      return begin.call(this, handler);
    };
    Dispatcher.prototype.runSlice = function (destinationId) {
      return wakeUps?.queueUp === false ? Promise.resolve() : runSlice.call(this, destinationId);
    };
    Dispatcher.prototype.reserveCall = function (destinationId) {
      return wakeUps?.queueUp === false ? null : reserveCall.call(this, destinationId);
    };
  },
};

/** Injects a bug into the hub. Must be called before the hub starts. */
export function sabotage(name) {
  const inject = SABOTAGES[name];
  if (inject === undefined) {
    throw new Error(`Unknown sabotage "${name}". Use one of: ${Object.keys(SABOTAGES).join(', ')}.`);
  }
  inject();
}
