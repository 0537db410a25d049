import { compileMapping, type CompiledMapping, type MappingScope } from '@patchbay/mapping';
import type { Address, AddressPath, EventEnvelope, Json, JsonObject, MessagingChannel } from '@patchbay/plugin-sdk';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type {
  DestinationRecord,
  MessagingRecord,
  SubscriptionVersionRecord,
} from '../configuration/configuration-snapshot.js';
import type { ConfigurationStore } from '../configuration/configuration-store.port.js';
import type { ConsentRules } from '../configuration/lookups.js';
import { openEvent, openPersonal } from '../event/privacy.js';
import { digestView, newestOf, type DigestedEvent } from '../messaging/digest.js';
import { purposeOf, type DueMessage, type MessagePolicy } from '../messaging/rules.js';
import type { SuppressionList } from '../suppressions/suppression-list.js';
import { reachableMessage } from '../suppressions/reachable-message.js';
import type { BrandView } from '../ingest/routing.js';
import type { DeliveryMessaging } from '../messaging/delivery-messaging.js';
import type { CallTrace } from '../tracing/traces.port.js';
import { consentFor, consentReads } from './consent.js';
import type { CustomerLookup, CustomerLookups } from './customer-lookups.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { DestinationGateway, DestinationTypeFacts, FieldProblem } from './destination-gateway.port.js';
import { NOT_ENRICHED, type Enriched } from './enricher.port.js';
import { LEASE_ENDING } from './lease.js';
import type { Recipient } from './recipient.js';

/** Dependencies of {@link MessageBuilder}. */
export interface MessageBuilderParts {
  readonly gateway: Pick<DestinationGateway, 'facts' | 'checkMessage'>;
  readonly mappings: MappingCache;
  readonly lookups: CustomerLookups;
  readonly policy: MessagePolicy;
  readonly suppressions: Pick<SuppressionList, 'stopped'>;
}

/** Message before its customer is looked up and its rules are applied. */
export interface MessageDraft {
  readonly kind: 'draft';
  readonly due: DueMessage;
  readonly mapping: MessageMapping;
  /** Names of the enrichments to look up. */
  readonly names: readonly string[];
  /** True if the subscription or the delivery has messaging rules. */
  readonly hasRules: boolean;
  /** Values of the event that are stored encrypted. */
  readonly personal: readonly Json[];
  /** Type of the message's destination. */
  readonly type: string;
  readonly hasStatusCallback: boolean;
  readonly addressPathsOf: DestinationTypeFacts['addressPathsOf'];
}

/** Valid message, with the data that was looked up for the message. */
export interface RenderedMessage {
  readonly kind: 'rendered';
  readonly message: JsonObject;
  /** Addresses that a refusal of the vendor concerns: the addresses of the message that are not entries of a list. */
  readonly recipients: readonly Address[];
  readonly lookedUp: Enriched;
}

/** Events of a digest other than the event of its delivery. */
interface DigestMembers {
  readonly kind: 'digested';
  readonly members: readonly DigestedEvent[];
}

const NO_STATE: DeliveryMessaging = {};
const NO_ADDRESSES: readonly Address[] = [];
const NO_MEMBERS: DigestMembers = { kind: 'digested', members: [] };
const NOTHING_NEEDED: CustomerLookup = { kind: 'found', ...NOT_ENRICHED };

/**
 * Builds the messages of deliveries: opens the event, applies the messaging rules, looks up the customer, maps the
 * event and checks the message.
 */
export class MessageBuilder {
  constructor(readonly parts: MessageBuilderParts) {}

  /**
   * Opens the event of a delivery and finds its mapping. Returns the outcome if there is no mapping, or if the message
   * expired or was cancelled. Throws if the hub itself fails.
   */
  async prepare(
    delivery: ClaimedDelivery,
    { type, name: destination, messaging: destinationRules }: Pick<DestinationRecord, 'type' | 'name' | 'messaging'>,
    configuration: CompiledBrand,
  ): Promise<MessageDraft | AttemptOutcome> {
    const { gateway, mappings, policy } = this.parts;
    const source = configuration.source(delivery.event.sourceId);
    if (source === undefined) throw unknownSource(delivery);
    const facts = gateway.facts(type);
    if (facts === undefined) throw new Error(`No plugin provides the destination type ${type}. Install the plugin.`);

    const opened = delivery.event.personal ?? openPersonal(delivery.event, source.brand.vault);
    const event = openEvent(delivery.event, source, opened);
    const personal: Json[] = [];
    for (const { value } of opened) personal.push(value);
    // Read the version only once, because each further `await` of a cached value costs 0.4 µs.
    const version = await mappings.versionOf(delivery.subscriptionVersionId);
    const { messaging, enrich: names } = version;
    const { messaging: channel, quotaExcess, hasStatusCallback, addressPathsOf } = facts;
    const due: DueMessage = {
      delivery,
      event,
      source,
      configuration,
      channel,
      quotaExcess,
      destination,
      messaging,
      destinationRules,
    };
    const hasRules = messaging !== null || (delivery.messaging !== null && hasOwnRules(delivery.messaging));
    const stopped = hasRules ? await policy.expiredOrCancelled(due) : null;
    if (stopped !== null) return stopped;
    const full = destinationRules === undefined ? null : await policy.quotaUsedUp(due);
    if (full !== null) return full;

    const { step = 0, routed } = delivery.messaging ?? NO_STATE;
    const part = { version, step, entry: routed?.entry };
    const mapping = mappings.mappingFor(part, event.type, facts, source.brand.timezone);
    if (mapping !== undefined) {
      return { kind: 'draft', due, mapping, names, hasRules, personal, type, hasStatusCallback, addressPathsOf };
    }
    return {
      kind: 'mapping',
      message: `The subscription has no mapping and ${type} has no preset for ${event.type}: add a mapping.`,
    };
  }

  /**
   * Renders and checks a message with the data of its customer. Returns the outcome if the message is invalid, a rule
   * stops the message, or the customer did not consent. Skips every lookup that neither the mapping nor the rules need.
   * @param trace span to which the lookups belong; left out if the attempt is not traced
   */
  async render(draft: MessageDraft, signal: AbortSignal, trace?: CallTrace): Promise<RenderedMessage | AttemptOutcome> {
    const { due, mapping, names, hasRules, type, addressPathsOf } = draft;
    const { gateway, policy } = this.parts;
    const { caps } = due.source.brand;
    const consentRules = policy.consentRules(due);
    const needsLookup = names.length > 0 || mapping.readsRecipient || hasRules || consentRules !== undefined;
    const lookup = needsLookup ? trace?.beginLookup(names) : undefined;
    const found = needsLookup ? await this.lookUp(draft, consentRules, signal) : NOTHING_NEEDED;
    lookup?.end(found.kind);
    if (found.kind !== 'found') return found;
    const { enriched, recipient } = found;
    const digested = hasRules ? await this.applyRules(draft, recipient, signal) : NO_MEMBERS;
    if (digested.kind !== 'digested') return digested;
    const { members } = digested;

    const inputs = { event: due.event, brand: due.source.brandView, enriched, recipient, members };
    const rendered = mapping.compiled.render(mappingScope(inputs));
    const problems = rendered.ok ? gateway.checkMessage(type, rendered.message) : [];
    const addressPaths = rendered.ok ? addressPathsOf(rendered.message) : [];
    const missing = problems.length === 0 ? null : missingRecipient(mapping.compiled, problems, addressPaths);
    if (missing !== null) return missing;
    const refused = consentRules === undefined ? null : consentProblem(due.channel, inputs, consentRules);
    if (refused !== null) return refused;
    if (!rendered.ok) return { kind: 'mapping', message: `${rendered.problem.path}: ${rendered.problem.message}` };
    if (problems.length > 0) return { kind: 'mapping', message: problems.map(describe).join('; ') };
    const reachable =
      addressPaths.length === 0
        ? { kind: 'reachable' as const, message: rendered.message, recipients: NO_ADDRESSES }
        : await reachableMessage(rendered.message, addressPaths, (addresses) => this.suppressed(due, addresses));
    if (reachable.kind !== 'reachable') return reachable;
    const capped = caps === undefined ? null : await policy.overCap(due);
    if (capped !== null) return capped;
    const ruled = due.destinationRules === undefined ? null : await policy.stoppedByDestination(due);
    if (ruled !== null) return ruled;
    const lookedUp = { enriched: members.length === 0 ? enriched : withMembers(enriched, members), recipient };
    const { message, recipients } = reachable;
    return { kind: 'rendered', message, recipients, lookedUp };
  }

  /** Returns the outcome if the suppression list has one of the addresses. */
  private suppressed(due: DueMessage, addresses: readonly Address[]): ReturnType<SuppressionList['stopped']> {
    const { channel, destination: sender, source } = due;
    return this.parts.suppressions.stopped(source.brand, addresses, { channel, purpose: purposeOf(due), sender });
  }

  /** Looks up the enrichments, and the recipient fields that the mapping and the messaging rules read. */
  private lookUp(
    { due, mapping, names }: MessageDraft,
    consentRules: ConsentRules | undefined,
    signal: AbortSignal,
  ): Promise<CustomerLookup> {
    const { brand, adapter } = due.source;
    const consent = consentReads(due.channel, consentRules);
    const reads = [...mapping.compiled.reads, ...consent, ...this.parts.policy.recipientReads(due)];
    return this.parts.lookups.find({ event: due.event, brandId: brand.id, adapter, names, reads }, signal);
  }

  /**
   * Applies the messaging rules that need the recipient. Returns the other events of a digest, or the outcome if a rule
   * stops the message.
   */
  private async applyRules(
    { due, mapping, names }: MessageDraft,
    recipient: Recipient,
    signal: AbortSignal,
  ): Promise<DigestMembers | AttemptOutcome> {
    const quiet = this.parts.policy.quietHours(due, recipient);
    if (quiet !== null) return quiet;
    const events = await this.parts.policy.digestMembers(due);
    if (events === null) return LEASE_ENDING;
    const members: DigestedEvent[] = [];
    for (const event of events) {
      if (names.length === 0 || !mapping.readsDigest) {
        members.push({ event });
        continue;
      }
      const query = { event, brandId: due.source.brand.id, names, reads: [] };
      const found = await this.parts.lookups.find(query, signal);
      if (found.kind !== 'found') return found;
      members.push({ event, enriched: found.enriched });
    }
    return { kind: 'digested', members };
  }
}

/** Returns true if the delivery itself has messaging state other than the choice of its route and its last batch. */
function hasOwnRules(messaging: DeliveryMessaging): boolean {
  return Object.keys(messaging).some((key) => key !== 'routed' && key !== 'batch');
}

/** Returns the error for a delivery whose event's source is missing in the configuration. */
export function unknownSource({ event }: ClaimedDelivery): Error {
  return new Error(
    `The configuration does not contain source ${event.sourceId} of event ${event.id}. Load the newest configuration.`,
  );
}

/** Values that a mapping reads. */
export interface MessageInputs {
  readonly event: EventEnvelope;
  readonly brand: BrandView;
  /** Enrichment of the event. Absent if no enrichment was fetched. */
  readonly enriched?: JsonObject;
  readonly recipient: Recipient;
  /** Events of the digest other than `event`. Absent if the message is not a digest. */
  readonly members?: readonly DigestedEvent[];
}

/** Returns the scope in which a mapping is rendered. A message that is not a digest is a digest of one event. */
export function mappingScope({ event, brand, enriched, recipient, members = [] }: MessageInputs): MappingScope {
  const { data, ...envelope } = event;
  const digest =
    members.length === 0
      ? { count: 1, events: [{ event: envelope, data, ...(enriched === undefined ? {} : { enriched }) }] }
      : digestView([enriched === undefined ? { event } : { event, enriched }, ...members]);
  return { event: envelope, data, enriched: enriched ?? {}, recipient, brand, digest };
}

/**
 * Returns the outcome if the customer has no address. This is the case if a required field is missing and the template
 * of that field reads the recipient. An address of which the message needs one of several kinds counts as required. If the
 * type has no addresses, every field of which the message needs one counts as required. Null if the problems have another
 * cause.
 */
function missingRecipient(
  mapping: CompiledMapping,
  problems: readonly FieldProblem[],
  addressPaths: readonly AddressPath[],
): AttemptOutcome | null {
  for (const { missing, field, oneOf = [] } of problems) {
    const addresses = oneOf.filter((name) => addressPaths.some(({ path }) => path === name));
    const required = addressPaths.length === 0 ? oneOf : addresses;
    const fields = missing ? [field] : required;
    const reads = fields.flatMap((name) => mapping.readsAt(name)).filter((read) => read.startsWith('recipient.'));
    if (reads.length === 0) continue;
    const names = reads.map((read) => read.slice(10)).join(' or ');
    return { kind: 'noRecipient', message: `The recipient has no ${names}.` };
  }
  return null;
}

function describe({ field, message }: FieldProblem): string {
  return `${field}: ${message}`;
}

/**
 * Returns the outcome if the customer has not consented to the message, or if the consent rule failed. Null if the
 * message may be sent.
 */
function consentProblem(
  channel: MessagingChannel | null,
  inputs: Required<MessageInputs>,
  rules: ConsentRules,
): AttemptOutcome | null {
  const { event, enriched, members } = inputs;
  const newest = newestOf([{ event, enriched }, ...members]);
  const consent = consentFor(channel, rules, mappingScope({ ...inputs, ...newest }));
  if (consent.kind === 'mapping') return consent;
  if (consent.kind === 'given') return null;
  return { kind: 'noConsent', message: `The customer has not consented to ${channel}.` };
}

function withMembers(enriched: JsonObject, members: readonly DigestedEvent[]): JsonObject {
  const digestMembers = members.flatMap((one) => (one.enriched === undefined ? [] : [one.enriched]));
  return digestMembers.length === 0 ? enriched : { ...enriched, digestMembers };
}

/** Maximum number of cached subscription versions, and maximum number of cached mappings. */
const MAX_CACHED = 10_000;

/** Part of a subscription version that is kept in the cache. */
export type CachedVersion = Pick<SubscriptionVersionRecord, 'id' | 'mapping' | 'enrich' | 'messaging' | 'route'>;

/** Part of a subscription version that has a mapping. */
interface MappedPart {
  readonly version: CachedVersion;
  /** Number of the fallback step; 0 for the subscription's own destination or route. */
  readonly step: number;
  /** Number of the chosen entry of the route. Undefined if the subscription has no route. */
  readonly entry?: number | undefined;
}

/** Compiled mapping, and the data that the mapping reads in addition to the event. */
export interface MessageMapping {
  readonly template: JsonObject;
  readonly compiled: CompiledMapping;
  readonly readsRecipient: boolean;
  /** True if the mapping reads anything of a digest besides the number of events in the digest. */
  readonly readsDigest: boolean;
}

/** Cache of subscription versions and compiled mappings. Versions never change, so an entry never becomes stale. */
export class MappingCache {
  private readonly versions = new Map<string, CachedVersion>();
  private readonly mappings = new Map<string, MessageMapping>();

  constructor(private readonly store: Pick<ConfigurationStore, 'subscriptionVersions'>) {}

  /** Returns the parts of a subscription version that an attempt needs. */
  async versionOf(id: string): Promise<CachedVersion> {
    const known = this.versions.get(id);
    if (known !== undefined) return known;
    const [version] = await this.store.subscriptionVersions([id]);
    if (version === undefined)
      throw new Error(
        `Subscription version ${id} is not stored, so its deliveries cannot be built. Restore the row of subscription_versions from a backup.`,
      );
    const { mapping, enrich, messaging, route } = version;
    const read = { id, mapping, enrich, messaging, ...(route === undefined ? {} : { route }) };
    cacheEntry(this.versions, id, read);
    return read;
  }

  /** Returns the messaging rules of a subscription version. Null if the version has no messaging rules. */
  async messagingOf(subscriptionVersionId: string): Promise<MessagingRecord | null> {
    return (await this.versionOf(subscriptionVersionId)).messaging;
  }

  /**
   * Returns the compiled mapping of a subscription version, of an entry of its route, or of a step of its fallback. If
   * that part has no mapping, returns the plugin's preset for the event type. Undefined if there is neither a mapping nor
   * a preset.
   * Throws a MappingError if the mapping does not compile.
   */
  mappingFor(
    { version, step, entry }: MappedPart,
    eventType: string,
    facts: DestinationTypeFacts,
    timezone: string,
  ): MessageMapping | undefined {
    const inRoute = step === 0 && entry !== undefined ? version.route?.[entry - 1] : undefined;
    const part = step === 0 ? inRoute : version.messaging?.fallback[step - 1];
    const own = part === undefined && step === 0 ? version.mapping : (part?.mapping ?? null);
    const template = own ?? facts.preset(eventType);
    if (template === undefined) return undefined;
    const key =
      own === null
        ? `${facts.type}/${eventType}/${timezone}`
        : `${version.id}/${step}/${inRoute === undefined ? '' : entry}/${timezone}`;
    const known = this.mappings.get(key);
    // A preset changes when its plugin is loaded again.
    if (known?.template === template) return known;
    const compiled = compileMapping(template, { timezone });
    const readsRecipient = compiled.reads.some((read) => /^recipient(\.|$)/.test(read));
    const readsDigest = compiled.reads.some((read) => /^digest(\.|$)/.test(read) && read !== 'digest.count');
    const mapping = { template, compiled, readsRecipient, readsDigest };
    cacheEntry(this.mappings, key, mapping);
    return mapping;
  }
}

function cacheEntry<T>(cache: Map<string, T>, key: string, value: T): void {
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, value);
}
