import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  countedBeforeLastAttempt,
  decideRedelivery,
  DEFAULT_RETRY_SCHEDULE_MS,
  deliveryFilterOf,
  mappedDestinations,
  MAX_REDELIVERED,
  type AuditLog,
  type Caller,
  type Clock,
  type DeliveryInterventions,
  type DeliverySummary,
  type EndedDelivery,
  type Page,
  type ReadStore,
  type ReplayStore,
} from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { BullWakeUps } from '@patchbay/queue';
import { AUDIT_LOG, CLOCK, DELIVERY_INTERVENTIONS, READ_STORE, REPLAY_STORE } from '../../database/database.module.js';
import { CustomerIds } from '../common/customer-ids.service.js';
import { FreshConfiguration, type CurrentBrand } from '../common/fresh-configuration.service.js';
import { readPage } from '../common/page.dto.js';
import { fieldProblem } from '../preview/field-problem.js';
import { replayFilter } from '../replays/replay-request.dto.js';
import type { BulkRedeliveryAnswerDto, BulkRedeliveryDto, BulkRedeliveryFilterDto } from './bulk-redelivery.dto.js';
import { RedeliveryTally } from './redelivery-tally.js';

/** Time after which a call ends with a cursor, in milliseconds. */
const WITHIN_MS = 10_000;

/** Delivery that can get one more attempt. */
interface SendableDelivery extends EndedDelivery {
  /** Destination, or the subscription while the destination is undecided. */
  readonly queueId: string;
}

/** Redelivers several deliveries on request, by id or by a filter. */
@Injectable()
export class BulkRedelivery {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly customers: CustomerIds,
    private readonly wakeUps: BullWakeUps,
    @Inject(READ_STORE) private readonly read: ReadStore,
    @Inject(REPLAY_STORE) private readonly replays: Pick<ReplayStore, 'overloaded'>,
    @Inject(DELIVERY_INTERVENTIONS) private readonly store: Pick<DeliveryInterventions, 'redeliverAll'>,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'append'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Schedules one more attempt of each delivery, or counts the deliveries in a dry run. */
  async request(caller: Caller, brandName: string, request: BulkRedeliveryDto): Promise<BulkRedeliveryAnswerDto> {
    const current = await this.brands.findBrand(brandName);
    const { ids, filter, dryRun, cursor } = request;
    if ((ids === undefined) === (filter === undefined)) {
      throw fieldProblem('filter', 'must be set if `ids` is not set, and must not be set together with `ids`');
    }
    const tally = new RedeliveryTally();
    let next: Pick<BulkRedeliveryAnswerDto, 'isComplete' | 'nextCursor'> = { isComplete: true, nextCursor: null };
    try {
      if (ids !== undefined) await this.byId(current, ids, dryRun, tally);
      else if (filter !== undefined)
        next = await this.byFilter(current, filter, { dryRun, start: cursor ?? null }, tally);
    } finally {
      // Deliveries that were scheduled before a failure are in the audit log too.
      if (!dryRun && tally.count > 0) await this.recordAudit(caller, current, filter, tally);
    }
    return { count: tally.count, countByState: tally.countByState, refused: tally.refused, ...next };
  }

  private async byId(
    current: CurrentBrand,
    ids: readonly string[],
    dryRun: boolean,
    tally: RedeliveryTally,
  ): Promise<void> {
    const asked = [...new Set(ids.map((id) => id.toLowerCase()))];
    const found = await this.read.deliveriesById(current.brand.id, asked);
    const known = new Set(found.map(({ id }) => id));
    for (const id of asked) if (!known.has(id)) tally.refuse(id, 'unknown', 'The brand has no delivery with this id.');
    for (let i = 0; i < found.length; i += MAX_REDELIVERED) {
      const sendable = sendableOf(found.slice(i, i + MAX_REDELIVERED), current, tally);
      await this.send(current, sendable, dryRun, tally);
    }
  }

  private async byFilter(
    current: CurrentBrand,
    asked: BulkRedeliveryFilterDto,
    { dryRun, start }: { readonly dryRun: boolean; readonly start: string | null },
    tally: RedeliveryTally,
  ): Promise<Pick<BulkRedeliveryAnswerDto, 'isComplete' | 'nextCursor'>> {
    const filter = await this.customers.inFilter(deliveryFilterOf(replayFilter(asked)), current);
    const end = performance.now() + WITHIN_MS;
    let cursor = start;
    do {
      const at = cursor;
      const page: Page<DeliverySummary> = await readPage(
        { limit: MAX_REDELIVERED, ...(at === null ? {} : { cursor: at }) },
        (request) => this.read.deliveries(current.brand.id, filter, request),
      );
      // New events of an overloaded destination would wait behind all of these deliveries.
      const queues = [...new Set(page.data.flatMap((delivery) => filledQueues(delivery, current)))];
      if (!dryRun && (await this.replays.overloaded(queues, this.clock.now())).length > 0) {
        return { isComplete: false, nextCursor: at };
      }
      await this.send(current, sendableOf(page.data, current, tally), dryRun, tally);
      cursor = page.nextCursor;
    } while (cursor !== null && performance.now() < end);
    return { isComplete: cursor === null, nextCursor: cursor };
  }

  private async send(
    { brand }: CurrentBrand,
    sendable: readonly SendableDelivery[],
    dryRun: boolean,
    tally: RedeliveryTally,
  ): Promise<void> {
    const sent = dryRun ? null : await this.store.redeliverAll(brand.id, sendable, this.clock.now());
    for (const { id, state } of sendable) {
      if (sent === null || sent.has(id)) tally.redelivered(state);
      else tally.refuse(id, 'changed', 'It changed meanwhile, or its event was erased or deleted.');
    }
    if (sent !== null) {
      for (const id of new Set(sendable.map(({ queueId }) => queueId))) this.wakeUps.wake(id);
    }
  }

  private async recordAudit(
    caller: Caller,
    { brand }: CurrentBrand,
    filter: BulkRedeliveryFilterDto | undefined,
    tally: RedeliveryTally,
  ): Promise<void> {
    await this.audit.append([
      {
        ...{ actor: actorOf(caller), action: 'delivery.redeliver', brandId: brand.id, target: brand.name },
        before: { ...tally.countByState },
        after: { deliveries: tally.count, filter: filter === undefined ? null : recordedFilter(filter) },
      },
    ]);
  }
}

/** Returns a filter for the audit log, which must not contain customer ids. */
function recordedFilter({ customer, ...shown }: BulkRedeliveryFilterDto): JsonObject {
  return { ...shown, ...(customer === undefined ? {} : { customer: 'one' }) };
}

/** Returns the deliveries that can get one more attempt. Counts the others with the reason. */
function sendableOf(
  found: readonly DeliverySummary[],
  { configuration }: CurrentBrand,
  tally: RedeliveryTally,
): readonly SendableDelivery[] {
  return found.flatMap((delivery) => {
    const { id, eventId, status, destinationId } = delivery;
    const scheduleMs =
      destinationId === null
        ? DEFAULT_RETRY_SCHEDULE_MS
        : configuration.destinations.get(destinationId)?.retry.scheduleMs;
    const decision = decideRedelivery(delivery, false);
    if (decision.kind === 'refused') tally.refuse(id, decision.code, decision.reason);
    else if (scheduleMs === undefined)
      tally.refuse(id, 'destinationDeleted', 'Its destination was deleted. Replay its event instead.');
    else if (status !== 'held') {
      const countedAttempts = countedBeforeLastAttempt(delivery.countedAttempts, scheduleMs);
      return [{ id, eventId, state: status, queueId: queueOf(delivery), countedAttempts }];
    }
    return [];
  });
}

function queueOf({ destinationId, subscriptionId }: DeliverySummary): string {
  return destinationId ?? subscriptionId;
}

/** Returns the queue of a delivery, and the queues of the destinations to which the route of its subscription moves it. */
function filledQueues(delivery: DeliverySummary, { configuration }: CurrentBrand): readonly string[] {
  if (delivery.destinationId !== null) return [delivery.destinationId];
  const { subscriptionId } = delivery;
  const subscription = configuration.records.subscriptions.find((one) => one.subscriptionId === subscriptionId);
  const destinations = subscription === undefined ? [] : mappedDestinations(subscription);
  return [subscriptionId, ...destinations.map(({ destinationId }) => destinationId)];
}
