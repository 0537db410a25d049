import type { BatchLimits } from '@patchbay/plugin-sdk';
import { randomUUID } from 'node:crypto';
import {
  FAILED_IN_HUB,
  mayStart,
  NOT_NOW,
  NOT_SUPPRESSED,
  type AttemptContext,
  type AttemptDelivery,
  type CallPermit,
} from './attempt.js';
import type { BatchPlace } from './batch-place.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { MessageBuilder, MessageDraft, RenderedMessage } from './build-message.js';
import { cutBatch } from './cut-batch.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { DestinationGateway } from './destination-gateway.port.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { outcomeWithProblems } from './frozen-batch.js';
import { LEASE_ENDING } from './lease.js';

/** Dependencies of {@link AttemptBatch}. */
export interface AttemptBatchParts {
  readonly attempts: Pick<
    AttemptDelivery,
    'contextOf' | 'messageOf' | 'open' | 'suppress' | 'withoutRefused' | 'writeGuard'
  >;
  readonly store: Pick<DeliveryStore, 'markBatch' | 'markSending'>;
  readonly messages: Pick<MessageBuilder, 'prepare' | 'render'>;
  readonly gateway: Pick<DestinationGateway, 'deliverBatch'>;
  readonly log: Pick<DispatcherLog, 'fault'>;
}

/** Delivery and its outcome. */
export interface DeliveryOutcome {
  readonly delivery: ClaimedDelivery;
  readonly outcome: AttemptOutcome;
}

/** Member of a batch that was sent. */
export interface SentMember extends DeliveryOutcome {
  readonly place: BatchPlace;
}

/** Result of the attempt to send a batch. */
export interface BatchAttempt {
  /** Deliveries that left the batch before the call. */
  readonly apart: readonly DeliveryOutcome[];
  /** Deliveries that may not be sent now. No attempt is counted. */
  readonly released: readonly ClaimedDelivery[];
  /** Members of the call. Empty if there was no call. */
  readonly sent: readonly SentMember[];
}

/** Delivery whose message is ready. */
interface BuiltMember {
  readonly delivery: ClaimedDelivery;
  readonly draft: MessageDraft;
  readonly rendered: RenderedMessage;
}

/** Maximum number of messages of a batch that are built at the same time. */
const BUILT_AT_ONCE = 50;

/** Builds the messages of a batch and sends them in one call. */
export class AttemptBatch {
  constructor(private readonly parts: AttemptBatchParts) {}

  /**
   * Makes one call for claimed deliveries of one destination. A delivery whose message cannot be built leaves the batch
   * alone, and what exceeds the limits of the call is released. Never throws.
   * @param repeated id of the frozen batch that the deliveries are, which is sent unchanged; null for a new batch
   */
  async attempt(
    deliveries: readonly ClaimedDelivery[],
    limits: BatchLimits,
    permit: CallPermit,
    repeated: string | null,
  ): Promise<BatchAttempt> {
    const [first] = deliveries;
    if (first === undefined) return { apart: [], released: [], sent: [] };
    try {
      const context = await this.parts.attempts.contextOf(first, permit);
      if (context === null) return releaseAll(deliveries);
      const built = await this.buildAll(deliveries, context);
      return repeated === null
        ? await this.sendNew(built, limits, context)
        : await this.sendAgain(built, repeated, context);
    } catch (error) {
      this.parts.log.fault(error, `batch of destination ${first.destinationId}`);
      return { apart: deliveries.map((delivery) => ({ delivery, outcome: FAILED_IN_HUB })), released: [], sent: [] };
    }
  }

  /** Builds the messages, a bounded number at a time, because each may need lookups. */
  private async buildAll(
    deliveries: readonly ClaimedDelivery[],
    context: AttemptContext,
  ): Promise<readonly (BuiltMember | DeliveryOutcome)[]> {
    const built: (BuiltMember | DeliveryOutcome)[] = [];
    for (let from = 0; from < deliveries.length; from += BUILT_AT_ONCE) {
      const some = deliveries.slice(from, from + BUILT_AT_ONCE);
      built.push(...(await Promise.all(some.map((delivery) => this.build(delivery, context)))));
    }
    return built;
  }

  private async build(delivery: ClaimedDelivery, context: AttemptContext): Promise<BuiltMember | DeliveryOutcome> {
    const { messages, log } = this.parts;
    try {
      const draft = await messages.prepare(delivery, context.record, context.brand);
      if (draft.kind !== 'draft') return { delivery, outcome: draft };
      const rendered = await messages.render(draft, context.signal, context.trace);
      return rendered.kind === 'rendered' ? { delivery, draft, rendered } : { delivery, outcome: rendered };
    } catch (error) {
      log.fault(error, `delivery ${delivery.id}`);
      return { delivery, outcome: FAILED_IN_HUB };
    }
  }

  private async sendNew(
    built: readonly (BuiltMember | DeliveryOutcome)[],
    limits: BatchLimits,
    context: AttemptContext,
  ): Promise<BatchAttempt> {
    const ready = built.filter(isBuilt);
    const messages = ready.map(({ rendered }) => rendered.message);
    const { sent, surplus, oversized } = cutBatch(messages, limits);
    const apart = built.flatMap((one) => (isBuilt(one) ? [] : [one]));
    for (const { index, bytes } of oversized) {
      const delivery = ready[index]?.delivery;
      if (delivery !== undefined) apart.push({ delivery, outcome: tooLarge(bytes, limits.bytes ?? 0) });
    }
    const released = surplus.flatMap((index) => ready[index]?.delivery ?? []);
    const members = sent.flatMap((index) => ready[index] ?? []);
    const attempted = await this.send(members, { id: randomUUID(), isRepeated: false }, context);
    return {
      apart: [...apart, ...attempted.apart],
      released: [...released, ...attempted.released],
      sent: attempted.sent,
    };
  }

  private async sendAgain(
    built: readonly (BuiltMember | DeliveryOutcome)[],
    batchId: string,
    context: AttemptContext,
  ): Promise<BatchAttempt> {
    const problems = built.flatMap((one) => (isBuilt(one) ? [] : [one.outcome]));
    if (problems.length === 0) return this.send(built.filter(isBuilt), { id: batchId, isRepeated: true }, context);
    const outcome = outcomeWithProblems(problems);
    return { apart: built.map(({ delivery }) => ({ delivery, outcome })), released: [], sent: [] };
  }

  /** Makes the call under the rate and the lease. */
  private async send(
    members: readonly BuiltMember[],
    { id: batchId, isRepeated }: { readonly id: string; readonly isRepeated: boolean },
    context: AttemptContext,
  ): Promise<BatchAttempt> {
    const { attempts, gateway } = this.parts;
    const { destination, record, lease, reservation, signal, trace } = context;
    const deliveries = members.map(({ delivery }) => delivery);
    const [first] = members;
    if (first === undefined) return { apart: [], released: [], sent: [] };
    if (reservation !== null && !(await reservation.waitForStart())) return releaseAll(deliveries);
    const marked = isRepeated
      ? await this.parts.store.markSending(deliveries)
      : await this.markNew(deliveries, batchId, context);
    const live = members.filter(({ delivery }) => marked.has(delivery));
    const apart = deliveries
      .filter((delivery) => !marked.has(delivery))
      .map((delivery) => ({ delivery, outcome: LEASE_ENDING }));
    const mayCall = mayStart(lease.sinceClaim.elapsedMs, lease.leaseMs, destination.timeLimitMs);
    const isWhole = live.length === members.length || !isRepeated;
    if (!mayCall || !isWhole || live.length === 0) {
      return { apart, released: live.map(({ delivery }) => delivery), sent: [] };
    }

    const outcomes = await gateway.deliverBatch({
      destination: attempts.open(record, first.draft.due.source, destination.timeLimitMs),
      batchId,
      messages: live.map(({ delivery, draft, rendered }) => attempts.messageOf(delivery, record, draft, rendered)),
      beforeWrite: attempts.writeGuard(first.delivery, context),
      signal,
      trace,
    });
    if (outcomes.includes(NOT_NOW)) return { apart, released: live.map(({ delivery }) => delivery), sent: [] };
    const sent = live.map(async ({ delivery, draft, rendered }, index) => {
      const answered = outcomes[index] ?? NO_OUTCOME;
      const given = 'refused' in answered ? await attempts.withoutRefused(draft, rendered, answered) : answered;
      const isStored = 'suppress' in given ? await attempts.suppress(draft, rendered, given) : true;
      const outcome = isStored ? given : NOT_SUPPRESSED;
      return { delivery, outcome, place: { id: batchId, index, size: live.length } };
    });
    return { apart, released: [], sent: await Promise.all(sent) };
  }

  /** If this process dies during the call, the mark makes every member unconfirmed, and a frozen batch is repeated. */
  private async markNew(
    deliveries: readonly ClaimedDelivery[],
    id: string,
    context: AttemptContext,
  ): Promise<ReadonlySet<ClaimedDelivery>> {
    const isFrozen = isRepeatedAsWhole(context);
    return new Set(await this.parts.store.markBatch({ id, destinationId: context.record.id, isFrozen, deliveries }));
  }
}

/** Returns true if a batch of this destination may be repeated, and only as a whole. */
function isRepeatedAsWhole({ destination }: AttemptContext): boolean {
  return destination.batch?.idempotent === 'batch' && destination.retry.onUnconfirmed === 'retry';
}

function isBuilt(one: BuiltMember | DeliveryOutcome): one is BuiltMember {
  return 'rendered' in one;
}

function releaseAll(released: readonly ClaimedDelivery[]): BatchAttempt {
  return { apart: [], released, sent: [] };
}

function tooLarge(bytes: number, limit: number): AttemptOutcome {
  return {
    kind: 'mapping',
    message: `The message has ${bytes} bytes, more than the limit of ${limit} bytes of one call. Map fewer fields.`,
  };
}

const NO_OUTCOME: AttemptOutcome = {
  kind: 'unconfirmed',
  message: 'The call returned no outcome for this message. Check with the vendor before you send it again.',
};
