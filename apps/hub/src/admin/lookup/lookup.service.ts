import { Inject, Injectable } from '@nestjs/common';
import {
  identifierHash,
  type DeliverySummary,
  type EventSummary,
  type ReadStore,
  type ReplayStore,
} from '@patchbay/core';
import { READ_STORE, REPLAY_STORE } from '../../database/database.module.js';
import { CustomerIds } from '../common/customer-ids.service.js';
import { FreshConfiguration, type CurrentBrand } from '../common/fresh-configuration.service.js';
import { isoTime } from '../common/time-range.dto.js';
import type { FoundDto, LookupDto } from './lookup.dto.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Maximum number of events with the same sender's id. */
const MAX_EVENTS = 20;
/** Time after which the search for events without a dedupe key ends, in milliseconds. */
const MAX_SEARCH_MS = 100;

/** Finds the objects of a brand that have a given id, of any kind. */
@Injectable()
export class Lookup {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly customers: CustomerIds,
    @Inject(READ_STORE) private readonly store: ReadStore,
    @Inject(REPLAY_STORE) private readonly replays: Pick<ReplayStore, 'find'>,
  ) {}

  /** Looks an id up. Throws a ProblemError 404 if the brand does not exist. */
  async find(brandName: string, text: string): Promise<LookupDto> {
    const current = await this.brands.findBrand(brandName);
    const id = text.trim();
    const [byId, byExternalId, customer] = await Promise.all([
      UUID.test(id) ? this.byId(current, id.toLowerCase()) : [],
      this.store.deliveriesByExternalId(current.brand.id, id),
      this.customer(current, id),
    ]);
    const found = [...byId, ...byExternalId.map((one) => foundDelivery(one, 'externalId')), ...customer];
    if (found.length > 0) return { data: found, complete: true };
    const { data, nextCursor } = await this.bySourceEventId(current, id);
    return { data: data.map((event) => foundEvent(event, 'sourceEventId')), complete: nextCursor === null };
  }

  private async byId({ brand }: CurrentBrand, id: string): Promise<readonly FoundDto[]> {
    const [event, delivery, replay] = await Promise.all([
      this.store.event(brand.id, id),
      this.store.delivery(brand.id, id),
      this.replays.find(brand.id, id),
    ]);
    return [
      ...(event === null ? [] : [foundEvent(event, 'id')]),
      ...(delivery === null ? [] : [foundDelivery(delivery, 'id')]),
      ...(replay === null
        ? []
        : [
            {
              ...({ kind: 'replay', matchedBy: 'id', id: replay.id } as const),
              label: `replay, ${replay.state}`,
              at: isoTime(replay.createdAt),
            },
          ]),
    ];
  }

  /**
   * Finds events by the sender's id, which a `pii-less` brand stores as a hash if it looks personal. Searches events
   * without a dedupe key only for a short time, because the search could read all of them.
   */
  private bySourceEventId({ brand }: CurrentBrand, id: string): ReturnType<ReadStore['events']> {
    const sourceEventId = [id, identifierHash(brand.vault, id)];
    const page = { limit: MAX_EVENTS, cursor: null, maxSearchMs: MAX_SEARCH_MS };
    return this.store.events(brand.id, { sourceEventId }, page);
  }

  private async customer(current: CurrentBrand, id: string): Promise<readonly FoundDto[]> {
    const stored = await this.customers.stored(id, current);
    if (!(await this.store.hasCustomer(current.brand.id, stored))) return [];
    return [{ kind: 'customer', matchedBy: 'customerId', id: stored, label: 'customer', at: null }];
  }
}

function foundEvent(event: EventSummary, matchedBy: 'id' | 'sourceEventId'): FoundDto {
  const { id, type, source, receivedAt } = event;
  return { kind: 'event', matchedBy, id, label: `${type} from ${source}`, at: isoTime(receivedAt) };
}

function foundDelivery(delivery: DeliverySummary, matchedBy: 'id' | 'externalId'): FoundDto {
  const { id, subscription, destination, status, createdAt } = delivery;
  const label = `${subscription} to ${destination}, ${status}`;
  return { kind: 'delivery', matchedBy, id, label, at: isoTime(createdAt) };
}
