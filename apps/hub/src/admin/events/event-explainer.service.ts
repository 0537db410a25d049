import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  brandView,
  explainEvent,
  personalOf,
  storedEnvelope,
  withPersonal,
  type ConfigurationStore,
  type PersonalValue,
  type ReadStore,
  type StoredEvent,
  type SubscriptionOutcome,
} from '@patchbay/core';
import type { CurrentBrand } from '../common/fresh-configuration.service.js';
import { CONFIGURATION_STORE, READ_STORE } from '../../database/database.module.js';

/** Event with its outcome for each subscription. */
export interface EventExplanation {
  readonly event: StoredEvent;
  /** Decrypted personal values of the event. The caller must mask these values. */
  readonly personal: readonly PersonalValue[];
  readonly outcomes: readonly SubscriptionOutcome[];
}

/**
 * Explains the outcome of events for each subscription. Uses the deliveries of an event, and the subscriptions of the
 * configuration revision that routed the event.
 */
@Injectable()
export class EventExplainer {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly configuration: ConfigurationStore,
    @Inject(READ_STORE) private readonly store: ReadStore,
  ) {}

  /** Explains events, in the given order. Reads the deliveries of all events at once, and each revision once. */
  async explain(
    events: readonly StoredEvent[],
    { brand, configuration }: CurrentBrand,
  ): Promise<readonly EventExplanation[]> {
    const deliveries = await this.store.deliveriesOfEvents(
      brand.id,
      events.map(({ id }) => id),
    );
    const revisions = new Map<number, Awaited<ReturnType<ConfigurationStore['subscriptionsAt']>>>();
    const explanations: EventExplanation[] = [];
    for (const event of events) {
      const { configRevision } = event;
      const subscriptions =
        revisions.get(configRevision) ?? (await this.configuration.subscriptionsAt(brand.id, configRevision));
      revisions.set(configRevision, subscriptions);
      const personal = personalOf(event, brand.vault);
      const envelope = storedEnvelope(event, brand.name, withPersonal(event, personal).data);
      const outcomes = explainEvent({
        ...{ event, envelope, personal, subscriptions },
        brand: brandView(brand),
        destinations: configuration.destinations,
        deliveries: deliveries.get(event.id) ?? [],
      });
      explanations.push({ event, personal, outcomes });
      // Filters of many events may take long, so let other work run in between.
      await setImmediate();
    }
    return explanations;
  }
}
