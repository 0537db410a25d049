import type { CompiledMapping, MappingScope } from '@patchbay/mapping';
import type { EventEnvelope, Json, JsonObject } from '@patchbay/plugin-sdk';
import type { CompiledConfiguration, CompiledSource } from '../configuration/compiled-configuration.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import type { BrandLookups } from '../configuration/lookups.js';
import { openEvent, openPersonal } from '../event/privacy.js';
import { digestView, newestOf, type DigestedEvent } from '../messaging/digest.js';
import type { DueMessage, MessagePolicy } from '../messaging/message-policy.js';
import type { BrandView } from '../ingest/routing.js';
import { consentFor, consentReads } from './consent.js';
import type { CustomerLookup, CustomerLookups } from './customer-lookups.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { DestinationGateway, FieldProblem } from './destination-gateway.port.js';
import { NOT_ENRICHED, type Enriched } from './enricher.port.js';
import { LEASE_ENDING } from './lease.js';
import type { MappingCache, MessageMapping } from './mapping-cache.js';
import type { Recipient } from './recipient.js';

/** Parts of {@link MessageBuilder}. */
export interface MessageBuilderParts {
  readonly gateway: Pick<DestinationGateway, 'facts' | 'checkMessage'>;
  readonly mappings: MappingCache;
  readonly lookups: CustomerLookups;
  readonly policy: MessagePolicy;
}

/** Configuration with which a message is built. */
export interface BuildContext {
  readonly configuration: CompiledConfiguration;
  readonly record: DestinationRecord;
  /** Fires when the grace period of a shutdown ends. */
  readonly signal: AbortSignal;
}

/** Message that is ready to be sent. */
export interface BuiltMessage {
  readonly kind: 'built';
  readonly message: JsonObject;
  readonly event: EventEnvelope;
  readonly source: CompiledSource;
  /** Data that was looked up about the customer. */
  readonly lookedUp: Enriched;
  /** Values of the event that are sealed at rest. */
  readonly personal: readonly Json[];
  readonly hasStatusCallback: boolean;
}

/** Message before its customer is looked up and its rules are applied. */
interface Draft {
  readonly due: DueMessage;
  readonly mapping: MessageMapping;
  /** Names of the enrichments. */
  readonly names: readonly string[];
  /** True if the subscription or the delivery has messaging rules. */
  readonly hasRules: boolean;
  /** Consent rules of the brand. Undefined if the message needs no consent. */
  readonly consentRules: BrandLookups['consent'];
  readonly type: string;
  readonly signal: AbortSignal;
}

/** Valid message, with the data that was looked up for it. */
interface RenderedMessage extends Pick<BuiltMessage, 'message' | 'lookedUp'> {
  readonly kind: 'rendered';
}

/** The other events of a digest. */
interface DigestMembers {
  readonly kind: 'digested';
  readonly members: readonly DigestedEvent[];
}

const NO_MEMBERS: DigestMembers = { kind: 'digested', members: [] };
const NOTHING_NEEDED: CustomerLookup = { kind: 'found', ...NOT_ENRICHED };

/** Builds the messages of deliveries: opens the event, applies the rules, looks up the customer, maps and checks. */
export class MessageBuilder {
  constructor(private readonly parts: MessageBuilderParts) {}

  /**
   * Returns the message of a delivery, or the outcome if there is none or if it must not be sent now. Throws if the hub
   * itself is at fault.
   */
  async build(delivery: ClaimedDelivery, context: BuildContext): Promise<BuiltMessage | AttemptOutcome> {
    const { gateway, mappings, policy } = this.parts;
    const { configuration, record, signal } = context;
    const source = sourceOf(delivery, configuration);
    const { type } = record;
    const facts = gateway.facts(type);
    if (facts === undefined) throw new Error(`No plugin provides the destination type ${type}. Install the plugin.`);
    const { category, hasStatusCallback } = facts;

    const personal = delivery.event.sealed === null ? [] : openPersonal(delivery.event, source.brand.vault);
    const event = openEvent(delivery.event, source, personal);
    // Read only once, because each further `await` of a cached value costs 0.4 µs.
    const version = await mappings.versionOf(delivery.subscriptionVersionId);
    const { messaging, enrich: names } = version;
    const due: DueMessage = { delivery, event, source, configuration, category, messaging };
    const hasRules = messaging !== null || delivery.messaging !== null;
    const stopped = hasRules ? await policy.expiredOrCancelled(due) : null;
    if (stopped !== null) return stopped;

    const step = delivery.messaging?.step ?? 0;
    const mapping = mappings.mappingFor({ version, step }, event.type, facts, source.brand.timezone);
    if (mapping === undefined) {
      return {
        kind: 'mapping',
        message: `The subscription has no mapping and ${type} has no preset for ${event.type}: add a mapping.`,
      };
    }
    const { consent } = source.brand.lookups;
    const consentRules = consent !== undefined && policy.requiresConsent(due) ? consent : undefined;
    const rendered = await this.render({ due, mapping, names, hasRules, consentRules, type, signal });
    if (rendered.kind !== 'rendered') return rendered;
    const capped = source.brand.caps === undefined ? null : await policy.overCap(due);
    if (capped !== null) return capped;
    const { message, lookedUp } = rendered;
    const values: Json[] = [];
    for (const { value } of personal) values.push(value);
    return { kind: 'built', message, event, source, lookedUp, personal: values, hasStatusCallback };
  }

  /**
   * Renders the message with the data of the customer. Returns the outcome if the message is invalid, if a rule stops
   * it, or if the customer did not consent to it.
   */
  private async render(draft: Draft): Promise<RenderedMessage | AttemptOutcome> {
    const { due, mapping, names, hasRules, consentRules, type } = draft;
    const needsLookup = names.length > 0 || mapping.readsRecipient || hasRules || consentRules !== undefined;
    const found = needsLookup ? await this.lookUp(draft) : NOTHING_NEEDED;
    if (found.kind !== 'found') return found;
    const { enriched, recipient } = found;
    const digested = hasRules ? await this.applyRules(draft, recipient) : NO_MEMBERS;
    if (digested.kind !== 'digested') return digested;
    const { members } = digested;

    const inputs = { event: due.event, brand: due.source.brandView, enriched, recipient, members };
    const mapped = mapMessage(mapping, inputs, type, this.parts.gateway);
    if (mapped.kind === 'noRecipient') return mapped;
    const refused = consentRules === undefined ? null : consentProblem(due.category, inputs, consentRules);
    if (refused !== null) return refused;
    if (mapped.kind !== 'message') return mapped;
    const lookedUp = { enriched: members.length === 0 ? enriched : withMembers(enriched, members), recipient };
    return { kind: 'rendered', message: mapped.message, lookedUp };
  }

  /** Looks up the enrichments, and the recipient fields that the mapping and the rules read. */
  private lookUp({ due, mapping, names, consentRules, signal }: Draft): Promise<CustomerLookup> {
    const { brand, adapter } = due.source;
    const consent = consentReads(due.category, consentRules);
    const reads = [...mapping.compiled.reads, ...consent, ...this.parts.policy.recipientReads(due)];
    return this.parts.lookups.find({ event: due.event, brandId: brand.id, adapter, names, reads }, signal);
  }

  /** Applies the rules that need the recipient. Returns the other events of a digest, or the outcome of a rule. */
  private async applyRules(draft: Draft, recipient: Recipient): Promise<DigestMembers | AttemptOutcome> {
    const { due, mapping, names, signal } = draft;
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

/** Returns the source of a delivery's event. Throws if the configuration does not have it. */
export function sourceOf({ event }: ClaimedDelivery, configuration: CompiledConfiguration): CompiledSource {
  const source = configuration.source(event.sourceId);
  if (source !== undefined) return source;
  throw new Error(
    `The configuration does not contain source ${event.sourceId} of event ${event.id}. Load the newest configuration.`,
  );
}

/** Values that a mapping reads. */
export interface MessageInputs {
  readonly event: EventEnvelope;
  readonly brand: BrandView;
  /** Enrichment of the event. Absent if nothing was fetched. */
  readonly enriched?: JsonObject;
  readonly recipient: Recipient;
  /** The other events of a digest. Absent if the message is not a digest. */
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

/** Valid message, or the reason why there is none. */
type MappedMessage =
  | { readonly kind: 'message'; readonly message: JsonObject }
  | { readonly kind: 'mapping'; readonly message: string }
  | { readonly kind: 'noRecipient'; readonly message: string };

/**
 * Maps an event to a message and checks it. If a required field is missing and its template reads the recipient, the
 * customer has no address. The result is then `noRecipient` instead of a mapping error.
 */
function mapMessage(
  { compiled }: MessageMapping,
  inputs: MessageInputs,
  type: string,
  gateway: Pick<DestinationGateway, 'checkMessage'>,
): MappedMessage {
  const rendered = compiled.render(mappingScope(inputs));
  if (!rendered.ok) return { kind: 'mapping', message: `${rendered.problem.path}: ${rendered.problem.message}` };
  const problems = gateway.checkMessage(type, rendered.message);
  return problems.length === 0 ? { kind: 'message', message: rendered.message } : invalidMessage(compiled, problems);
}

function invalidMessage(mapping: CompiledMapping, problems: readonly FieldProblem[]): MappedMessage {
  const unreachable = problems.find(
    ({ missing, field }) => missing && mapping.readsAt(field).some((read) => read.startsWith('recipient.')),
  );
  if (unreachable !== undefined) {
    const reads = mapping.readsAt(unreachable.field).filter((read) => read.startsWith('recipient.'));
    return {
      kind: 'noRecipient',
      message: `The recipient has no ${reads.map((read) => read.slice(10)).join(' or ')}.`,
    };
  }
  return { kind: 'mapping', message: problems.map(({ field, message }) => `${field}: ${message}`).join('; ') };
}

/** Returns the outcome if the customer has not consented to the message, or if the rule failed; null if neither. */
function consentProblem(
  channel: string,
  inputs: Required<MessageInputs>,
  rules: BrandLookups['consent'],
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
