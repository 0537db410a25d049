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
import { CONFIGURATION_STORE, READ_STORE } from '../../tokens.js';

/** Says what became of an event, from the subscriptions of its own time and the deliveries that were made. */
@Injectable()
export class EventExplainer {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly configuration: ConfigurationStore,
    @Inject(READ_STORE) private readonly store: ReadStore,
  ) {}

  /** @returns its personal values in the clear besides: for the caller to mask */
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
