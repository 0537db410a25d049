import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import type { CompiledMapping } from '@patchbay/mapping';
import type { CompiledConfiguration, CompiledSource } from '../configuration/compiled-configuration.js';
import type { DestinationLimitsSpec } from '../configuration/brand-definition.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import { openCredentials } from '../configuration/stored-brand.js';
import { openEvent, openPersonal } from '../event/open-event.js';
import { newestOf, type DigestedEvent } from '../messaging/digest.js';
import { stepOf, type DueMessage, type MessagePolicy } from '../messaging/message-policy.js';
import { consentFor, consentReads } from '../recipient/consent.js';
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

/** What one attempt needs besides the delivery itself. */
export interface AttemptContext {
  readonly configuration: CompiledConfiguration;
  readonly destination: DestinationRecord;
  /** Fires at the end of a shutdown's patience. */
  readonly signal: AbortSignal;
  /**
   * Called before a request goes out whose loss would leave the outcome unconfirmed. False: the lease is lost, nothing
   * may go out.
   */
  readonly markSending: () => Promise<boolean>;
  /** Whether a call that starts now is over before the lease is. */
  readonly mayStart: () => boolean;
  readonly beforeWrite: BeforeWrite;
  /** Resolves when the destination's rate lets the attempt start; to false if that would take too long. */
  readonly waitForRate: () => Promise<boolean>;
}

/**
 * The public status callback URL of a delivery, `delivery=<id>` in its query; undefined where the
 * hub does not know its own public address.
 */
export type StatusCallbackUrls = (destination: DestinationRecord, deliveryId: string) => string | undefined;

/** One attempt of one delivery: open, resolve, map, check, send. */
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
   * Reason why a destination cannot be called: its plugin is gone, or what is stored does not fit the plugin's classes.
   * Null if it can. Throws a VaultError.
   */
  problemOf(destination: DestinationRecord, configuration: CompiledConfiguration): string | null {
    const brand = configuration.brand(destination.brandId);
    return brand === undefined ? null : this.storedValues.problemOf(destination, brand);
  }

  /** The destination's rules for failures. */
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

  /** What the brand allows, else what the plugin says its vendor can bear. */
  limitsOf(destination: DestinationRecord): DestinationLimitsSpec {
    const known = this.limits.get(destination);
    if (known !== undefined) return known;
    const limits = { ...this.factsFor(destination)?.limits(destination.settings), ...destination.limits };
    this.limits.set(destination, limits);
    return limits;
  }

  /** How long one attempt may take, in milliseconds. */
  timeLimitOf(destination: DestinationRecord): number {
    return timeLimitOf(this.limitsOf(destination));
  }

  /** True if the vendor sends status callbacks. */
  hasStatusCallback(destination: DestinationRecord): boolean {
    return this.gateway.facts(destination.type)?.hasStatusCallback ?? false;
  }

  /** Facts of the type; undefined if its functions cannot be asked, because the settings do not fit its class. */
  private factsFor({ type, settings }: DestinationRecord): DestinationTypeFacts | undefined {
    return this.gateway.checkSettings(type, settings).length === 0 ? this.gateway.facts(type) : undefined;
  }

  /** Throws where the hub itself is at fault: then no attempt is counted. */
  async attempt(delivery: ClaimedDelivery, context: AttemptContext): Promise<AttemptOutcome> {
    const source = context.configuration.source(delivery.event.sourceId);
    if (source === undefined) throw new Error('The source of the event is not in the configuration.');
    const facts = this.gateway.facts(context.destination.type);
    if (facts === undefined) throw new Error(`No plugin provides the destination type ${context.destination.type}.`);

    const personal = openPersonal(delivery.event, source);
    const event = openEvent(delivery.event, source, personal);
    const { configuration } = context;
    // Once for all that is read of it: each further `await` of what is remembered anyway takes 0.4 µs.
    const version = await this.mappings.versionOf(delivery.subscriptionVersionId);
    const { messaging, enrich: names } = version;
    const due: DueMessage = { delivery, event, source, configuration, category: facts.category, messaging };
    const stopped = await this.policy.expiredOrCancelled(due);
    if (stopped !== null) return stopped;
    const mapping = this.mappings.mappingFor({ version, step: stepOf(due) }, event.type, facts, source.brand.timezone);
    if (mapping === undefined) {
      return {
        kind: 'mapping',
        message: `The subscription has no mapping and ${context.destination.type} has no preset for ${event.type}: add a mapping.`,
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
        return { kind: 'noConsent', message: `There is no consent to ${facts.category}.` };
    }
    if (built.kind !== 'message') return built;
    const capped = await this.policy.overCap(due);
    if (capped !== null) return capped;

    if (!(await context.waitForRate())) return NOT_NOW;
    const destination = this.open(context.destination, source);
    const holds = this.policyOf(context.destination).onUnconfirmed === 'hold';
    // What a crash leaves in doubt is not sent again, or calls no next step: both messages might arrive.
    const marks = holds || delivery.messaging?.on !== undefined;
    if (marks && !(await context.markSending())) return LEASE_ENDING;
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

  /** Asks the vendor what became of a delivery that it left pending. Throws where the hub itself is at fault. */
  async poll(delivery: ClaimedDelivery, externalId: string, context: AttemptContext): Promise<AttemptOutcome> {
    const source = context.configuration.source(delivery.event.sourceId);
    if (source === undefined) throw new Error('The source of the event is not in the configuration.');
    if (!(await context.waitForRate())) return NOT_NOW;
    const destination = this.open(context.destination, source);
    const { beforeWrite, signal } = context;
    return this.gateway.poll({ destination, deliveryId: delivery.id, externalId, beforeWrite, signal });
  }

  /** The other events of a digest as far as its mapping reads them, each with its enrichment. */
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

/** Its lease ends: the next owner of the delivery begins anew. */
export const LEASE_ENDING: AttemptOutcome = {
  kind: 'internal_error',
  message: 'The hub took so long to get this delivery ready that its claim is about to end; it retries.',
};

/** Nothing was sent: the rate allows no call soon, or another worker owns the destination now. */
export const NOT_NOW: AttemptOutcome = {
  kind: 'internal_error',
  message: 'The destination may not be called by this process now; the delivery goes back to the queue.',
};

function lookedUpOf(enriched: JsonObject, digest: readonly DigestedEvent[]): JsonObject {
  const digestMembers = digest.flatMap((one) => (one.enriched === undefined ? [] : [one.enriched]));
  return digestMembers.length === 0 ? enriched : { ...enriched, digestMembers };
}
