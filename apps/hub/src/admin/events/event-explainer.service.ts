import { Inject, Injectable } from '@nestjs/common';
import {
  brandView,
  explainEvent,
  personalOf,
  storedEnvelope,
  withPersonal,
  type BrandRecord,
  type ConfigurationStore,
  type PersonalValue,
  type ReadStore,
  type StoredEvent,
  type SubscriptionOutcome,
} from '@patchbay/core';
import { CONFIGURATION_STORE, READ_STORE } from '../../database/database.module.js';

/**
 * Explains the outcome of an event for each subscription. Uses the deliveries of the event, and the subscriptions of
 * the configuration revision that routed the event.
 */
@Injectable()
export class EventExplainer {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly configuration: ConfigurationStore,
    @Inject(READ_STORE) private readonly store: ReadStore,
  ) {}

  /** Returns the outcomes of an event and its decrypted personal values. The caller must mask these values. */
  async explain(
    event: StoredEvent,
    brand: BrandRecord,
  ): Promise<{ readonly personal: readonly PersonalValue[]; readonly outcomes: readonly SubscriptionOutcome[] }> {
    const [subscriptions, deliveries] = await Promise.all([
      this.configuration.subscriptionsAt(brand.id, event.configRevision),
      this.store.deliveriesOfEvent(brand.id, event.id),
    ]);
    const personal = personalOf(event, brand.vault);
    const envelope = storedEnvelope(event, brand.name, withPersonal(event, personal).data);
    const outcomes = explainEvent({ event, envelope, personal, brand: brandView(brand), subscriptions, deliveries });
    return { personal, outcomes };
  }
}
