/**
 * Bugs put into the hub on purpose, to see whether the suite notices: `npm run chaos -- --sabotage <name>` has to fail.
 * Each is one that a careless change could bring.
 */
import { AttemptDelivery } from '@patchbay/core';
import { PostgresDeliveryStore, PostgresEventStore, PostgresReplayStore } from '@patchbay/database';

const SELDOM = 0.02;

const SABOTAGES = {
  /** Answers 202 before anything is stored, now and then. */
  'acknowledge-early': () => {
    const { storeGroup } = PostgresEventStore.prototype;
    PostgresEventStore.prototype.storeGroup = function (revision, events) {
      if (Math.random() < SELDOM) return Promise.resolve(events.map(() => ({ kind: 'accepted' })));
      return storeGroup.call(this, revision, events);
    };
  },
  /** Believes that it may send, whoever holds the lease by now. */
  'forget-the-mark': () => {
    PostgresDeliveryStore.prototype.markSending = (deliveries) =>
      Promise.resolve(new Set(deliveries.map(({ id }) => id)));
  },
  /** Leaves what dead workers held where it is. */
  'leave-the-dead': () => {
    PostgresDeliveryStore.prototype.takeOverExpired = () => Promise.resolve([]);
  },
  /** Takes a message for sent that was not, now and then. */
  'claim-success': () => {
    const { attempt } = AttemptDelivery.prototype;
    AttemptDelivery.prototype.attempt = function (delivery, context) {
      return Math.random() < SELDOM ? Promise.resolve({ kind: 'accepted' }) : attempt.call(this, delivery, context);
    };
  },
  /** Forgets outcomes that could not be written at the first try. */
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
    PostgresEventStore.prototype.storeGroup = function (revision, events) {
      return storeGroup.call(
        this,
        revision,
        events.map((event) => ({ ...event, dedupeKey: event.id })),
      );
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
