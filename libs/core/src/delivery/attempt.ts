import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import type { CompiledMapping } from '@patchbay/mapping';
import type { CompiledConfiguration, CompiledSource } from '../configuration/compiled-configuration.js';
import type { DestinationLimitsSpec } from '../configuration/brand-definition.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import { openCredentials } from '../configuration/stored-brand.js';
import { openEvent, openPersonal } from '../event/privacy.js';
import { newestOf, type DigestedEvent } from '../messaging/digest.js';
import { stepOf, type DueMessage, type MessagePolicy } from '../messaging/message-policy.js';
import { consentFor, consentReads } from './consent.js';
import { buildMessage, mappingScope } from './build-message.js';
import type { CustomerLookups } from './customer-lookups.js';
import type { EffectiveRetryPolicy } from './decide.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type {
  BeforeWrite,
  DestinationGateway,
  DestinationTypeFacts,
  OpenDestination,
} from './destination-gateway.port.js';
import type { MappingCache } from './mapping-cache.js';
import { StoredValuesCheck } from './stored-values-check.js';
import { timeLimitOf } from './time-limit.js';

/** Inputs of one attempt besides the delivery itself. */
export interface AttemptContext {
  readonly configuration: CompiledConfiguration;
  readonly destination: DestinationRecord;
  /** Fires when the grace period of a shutdown ends. */
  readonly signal: AbortSignal;
  /**
   * Marks the delivery as being sent. Called before a request whose lost answer would make the outcome unconfirmed.
   * Resolves to false if the lease is lost; nothing may be sent then.
   */
  readonly markSending: () => Promise<boolean>;
  /** Returns true if a call that starts now ends before the lease does. */
  readonly mayStart: () => boolean;
  readonly beforeWrite: BeforeWrite;
  /** Resolves to true when the destination's rate lets the attempt start, or to false if the wait would be too long. */
  readonly waitForRate: () => Promise<boolean>;
}

/**
 * Function that returns the public status callback URL of a delivery, with `delivery=<id>` in its query. Undefined if
 * the hub's public URL is not configured.
 */
export type StatusCallbackUrls = (destination: DestinationRecord, deliveryId: string) => string | undefined;

/** Attempts deliveries: opens the event, resolves the recipient, then maps, checks and sends the message. */
export class AttemptDelivery {
  private readonly opened = new Map<string, OpenDestination>();
  private readonly limits = new WeakMap<DestinationRecord, DestinationLimitsSpec>();
  private readonly policies = new WeakMap<DestinationRecord, EffectiveRetryPolicy>();
  private readonly storedValues: StoredValuesCheck;

  constructor(
    private readonly gateway: DestinationGateway,
    private readonly mappings: MappingCache,
    private readonly lookups: CustomerLookups,
    private readonly policy: MessagePolicy,
    private readonly statusCallbackUrl: StatusCallbackUrls,
  ) {
    this.storedValues = new StoredValuesCheck(gateway);
  }

  /**
   * Returns the reason why a destination cannot be called: its plugin is missing, or its stored values do not fit the
   * plugin's classes. Null if it can be called. Throws a VaultError if the credentials cannot be opened.
   */
  problemOf(destination: DestinationRecord, configuration: CompiledConfiguration): string | null {
    const brand = configuration.brand(destination.brandId);
    return brand === undefined ? null : this.storedValues.problemOf(destination, brand);
  }

  /** Returns the destination's retry policy, with defaults filled in. */
  policyOf(destination: DestinationRecord): EffectiveRetryPolicy {
    const known = this.policies.get(destination);
    if (known !== undefined) return known;
    const idempotent = this.factsFor(destination)?.idempotent(destination.settings) ?? false;
    const policy: EffectiveRetryPolicy = {
      scheduleMs: destination.retry.scheduleMs,
      onUnconfirmed: destination.retry.onUnconfirmed ?? (idempotent ? 'retry' : 'hold'),
    };
    this.policies.set(destination, policy);
    return policy;
  }

  /** Returns the destination's limits. Limits of the brand override the limits that the plugin declares. */
  limitsOf(destination: DestinationRecord): DestinationLimitsSpec {
    const known = this.limits.get(destination);
    if (known !== undefined) return known;
    const limits = { ...this.factsFor(destination)?.limits(destination.settings), ...destination.limits };
    this.limits.set(destination, limits);
    return limits;
  }

  /** Returns the time limit of one attempt, in milliseconds. */
  timeLimitOf(destination: DestinationRecord): number {
    return timeLimitOf(this.limitsOf(destination));
  }

  /** Returns true if the vendor sends status callbacks. */
  hasStatusCallback(destination: DestinationRecord): boolean {
    return this.gateway.facts(destination.type)?.hasStatusCallback ?? false;
  }

  /**
   * Returns the facts of the destination type. Undefined if the settings are invalid, because the facts depend on
   * them.
   */
  private factsFor({ type, settings }: DestinationRecord): DestinationTypeFacts | undefined {
    return this.gateway.checkSettings(type, settings).length === 0 ? this.gateway.facts(type) : undefined;
  }

  /** Makes one attempt. Throws if the hub itself fails; no attempt is counted then. */
  async attempt(delivery: ClaimedDelivery, context: AttemptContext): Promise<AttemptOutcome> {
    const source = context.configuration.source(delivery.event.sourceId);
    if (source === undefined) throw unknownSource(delivery);
    const facts = this.gateway.facts(context.destination.type);
    if (facts === undefined) {
      throw new Error(`No plugin provides the destination type ${context.destination.type}. Install the plugin.`);
    }

    const personal = delivery.event.sealed === null ? [] : openPersonal(delivery.event, source.brand.vault);
    const event = openEvent(delivery.event, source, personal);
    const { configuration } = context;
    // Read only once, because each further `await` of a cached value costs 0.4 µs.
    const version = await this.mappings.versionOf(delivery.subscriptionVersionId);
    const { messaging, enrich: names } = version;
    const due: DueMessage = { delivery, event, source, configuration, category: facts.category, messaging };
    const stopped = await this.policy.expiredOrCancelled(due);
    if (stopped !== null) return stopped;
    const mapping = this.mappings.mappingFor({ version, step: stepOf(due) }, event.type, facts, source.brand.timezone);
    if (mapping === undefined) {
      return {
        kind: 'mapping',
        message:
          `The subscription has no mapping and ${context.destination.type} has no preset for ${event.type}: ` +
          'add a mapping.',
      };
    }
    const { brand, brandView, adapter } = source;
    const consentRules = this.policy.requiresConsent(due) ? brand.lookups.consent : undefined;
    const reads = [...mapping.reads, ...consentReads(facts.category, consentRules), ...this.policy.recipientReads(due)];
    const found = await this.lookups.find({ event, brandId: brand.id, adapter, names, reads }, context.signal);
    if (found.kind !== 'found') return found;
    const quiet = this.policy.quietHours(due, found.recipient);
    if (quiet !== null) return quiet;
    const members = await this.policy.digestMembers(due);
    if (members === null) return LEASE_ENDING;
    const digest = await this.digested(members, mapping, { names, brandId: brand.id, signal: context.signal });
    if (digest.kind !== 'digested') return digest;
    const { enriched, recipient } = found;
    const inputs = { event, brand: brandView, enriched, recipient, members: digest.events };
    const built = buildMessage(mapping, inputs, (message) =>
      this.gateway.checkMessage(context.destination.type, message),
    );
    if (built.kind === 'noRecipient') return built;
    if (consentRules !== undefined) {
      const newest = newestOf([{ event, enriched }, ...digest.events]);
      const consent = consentFor(facts.category, consentRules, mappingScope({ ...inputs, ...newest }));
      if (consent.kind === 'mapping') return consent;
      if (consent.kind === 'missing')
        return { kind: 'noConsent', message: `The customer has not consented to ${facts.category}.` };
    }
    if (built.kind !== 'message') return built;
    const capped = await this.policy.overCap(due);
    if (capped !== null) return capped;

    if (!(await context.waitForRate())) return NOT_NOW;
    const destination = this.open(context.destination, source);
    const holds = this.policyOf(context.destination).onUnconfirmed === 'hold';
    // If this process dies during the call, the mark makes the outcome unconfirmed. Without it, the delivery would be
    // sent again or a fallback step would start, and the customer could receive both messages.
    const needsMark = holds || delivery.messaging?.on !== undefined;
    if (needsMark && !(await context.markSending())) return LEASE_ENDING;
    if (!context.mayStart()) return LEASE_ENDING;
    const statusCallbackUrl = facts.hasStatusCallback
      ? this.statusCallbackUrl(context.destination, delivery.id)
      : undefined;
    return this.gateway.deliver({
      destination,
      message: built.message,
      event,
      lookedUp: { enriched: lookedUpOf(enriched, digest.events), recipient },
      personal: personal.map(({ value }) => value),
      delivery: {
        id: delivery.id,
        attempt: delivery.attempts + 1,
        idempotencyKey: delivery.id,
        ...(statusCallbackUrl === undefined ? {} : { statusCallbackUrl }),
      },
      beforeWrite: context.beforeWrite,
      signal: context.signal,
    });
  }

  /** Polls the vendor for the result of a pending delivery. Throws if the hub itself is at fault. */
  async poll(delivery: ClaimedDelivery, externalId: string, context: AttemptContext): Promise<AttemptOutcome> {
    const source = context.configuration.source(delivery.event.sourceId);
    if (source === undefined) throw unknownSource(delivery);
    if (!(await context.waitForRate())) return NOT_NOW;
    const destination = this.open(context.destination, source);
    const { beforeWrite, signal } = context;
    return this.gateway.poll({ destination, deliveryId: delivery.id, externalId, beforeWrite, signal });
  }

  /** Returns the other events of a digest, each with its enrichment if the mapping reads it. */
  private async digested(
    members: readonly EventEnvelope[],
    mapping: CompiledMapping,
    { names, brandId, signal }: { names: readonly string[]; brandId: string; signal: AbortSignal },
  ): Promise<{ readonly kind: 'digested'; readonly events: readonly DigestedEvent[] } | AttemptOutcome> {
    const isRead = (): boolean => mapping.reads.some((read) => /^digest(\.|$)/.test(read) && read !== 'digest.count');
    if (names.length === 0 || !isRead()) return { kind: 'digested', events: members.map((event) => ({ event })) };
    const events: DigestedEvent[] = [];
    for (const event of members) {
      const found = await this.lookups.find({ event, brandId, names, reads: [] }, signal);
      if (found.kind !== 'found') return found;
      events.push({ event, enriched: found.enriched });
    }
    return { kind: 'digested', events };
  }

  private open(record: DestinationRecord, { brand }: CompiledSource): OpenDestination {
    const known = this.opened.get(record.id);
    if (known?.version === record.version) return known;
    const opened: OpenDestination = {
      id: record.id,
      brandId: record.brandId,
      type: record.type,
      version: record.version,
      credentials: openCredentials(record, brand),
      settings: record.settings,
      timeoutMs: this.timeLimitOf(record),
    };
    this.opened.set(record.id, opened);
    return opened;
  }
}

/** Outcome if the lease is lost or ends too soon for a call. The next owner of the delivery starts over. */
export const LEASE_ENDING: AttemptOutcome = {
  kind: 'internal_error',
  message: 'The lease ended before the message could be sent. The hub retries the delivery automatically.',
};

/** Outcome if nothing was sent, because the rate allows no call soon or another worker owns the destination now. */
export const NOT_NOW: AttemptOutcome = {
  kind: 'internal_error',
  message:
    'The call was not made, because the rate limit allows no call now or another worker owns the destination. ' +
    'The hub retries the delivery automatically.',
};

function unknownSource({ event }: ClaimedDelivery): Error {
  return new Error(
    `The configuration does not contain source ${event.sourceId} of event ${event.id}. Load the newest configuration.`,
  );
}

function lookedUpOf(enriched: JsonObject, digest: readonly DigestedEvent[]): JsonObject {
  const digestMembers = digest.flatMap((one) => (one.enriched === undefined ? [] : [one.enriched]));
  return digestMembers.length === 0 ? enriched : { ...enriched, digestMembers };
}
