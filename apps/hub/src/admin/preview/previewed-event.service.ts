import { Inject, Injectable } from '@nestjs/common';
import {
  personalOf,
  hiddenPathOf,
  placeholderFor,
  storedEnvelope,
  uuidV7,
  withPersonal,
  type BrandRecord,
  type Clock,
  type CompiledBrand,
  type CompiledSource,
  type ReadStore,
  type Recipient,
} from '@patchbay/core';
import type { HiddenPath } from '@patchbay/mapping';
import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { CLOCK, READ_STORE } from '../../database/database.module.js';
import { found, storedId } from '../common/stored-id.js';
import { fieldProblem } from './field-problem.js';

/** The event of a preview. */
export interface PreviewedEvent {
  readonly sourceId: string;
  /** Id of the stored event. Null if the event is not stored. */
  readonly storedId: string | null;
  /** Event as passed to filter and mapping. */
  readonly envelope: EventEnvelope;
  /** Identifier of the customer for messaging rules. Null if the event names no customer. */
  readonly customerKey: string | null;
  /** Paths at which placeholders replace personal values. */
  readonly hidden: readonly HiddenPath[];
  /** Recipient data that the event itself contains. No resolver is called. */
  readonly recipient: Recipient;
}

/** Builds the event of a preview as the ingest endpoint would, without storing it. */
@Injectable()
export class PreviewedEvents {
  constructor(
    @Inject(READ_STORE) private readonly store: ReadStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Reads a stored event. Throws a ProblemError 404 if the event does not exist, or 400 if it is quarantined.
   * @param reveal true to use personal values instead of placeholders
   */
  async stored(
    eventId: string,
    brand: BrandRecord,
    configuration: CompiledBrand,
    reveal: boolean,
  ): Promise<PreviewedEvent> {
    const event = found(await this.store.event(brand.id, storedId(eventId, 'event')), 'event', eventId);
    if (event.status === 'quarantined') {
      throw fieldProblem(
        'eventId',
        'the event is quarantined because its body could not be read: choose another event',
      );
    }
    const personal = personalOf(event, brand.vault);
    const { data } = withPersonal(event, personal, reveal ? undefined : placeholderFor);
    const envelope = storedEnvelope(event, brand.name, data);
    return {
      sourceId: event.sourceId,
      storedId: event.id,
      envelope,
      customerKey: event.customerKey,
      hidden: reveal ? [] : personal.map(hiddenPathOf),
      recipient: recipientOf(envelope, configuration.source(event.sourceId), brand),
    };
  }

  /** Parses an event as its source sends it. Throws a ProblemError 400 if the body is not exactly one event. */
  sent(body: unknown, source: CompiledSource): PreviewedEvent {
    const [result, ...others] = source.adapter.read(body, {}, source.record.paths);
    if (result === undefined || others.length > 0) throw fieldProblem('event', 'must be exactly one event');
    if (result.kind === 'unreadable') throw fieldProblem('event', result.reason);
    const { brand, record, privacy } = source;
    const isPiiLess = brand.privacy.mode === 'pii-less';
    const { event, storedId: storedCustomer } = privacy.protect(result.event);
    const { type, data, customerIds, occurredAt } = isPiiLess ? event : result.event;
    const now = this.clock.now();
    const receivedAt = new Date(now).toISOString();
    const envelope = {
      id: uuidV7(now),
      type,
      brand: brand.name,
      source: record.name,
      customerId: customerIds[0] ?? null,
      occurredAt: occurredAt ?? receivedAt,
      receivedAt,
      data,
    };
    return {
      sourceId: record.id,
      storedId: null,
      envelope,
      customerKey: source.customerKeys?.read(result.event, storedCustomer)?.key ?? envelope.customerId,
      hidden: [],
      recipient: recipientOf(envelope, source, brand),
    };
  }
}

function recipientOf({ type, data }: EventEnvelope, source: CompiledSource | undefined, brand: BrandRecord): Recipient {
  return brand.recipientOrder.includes('event') ? (source?.adapter.recipientOf(type, data) ?? {}) : {};
}
