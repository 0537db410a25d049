import { Inject, Injectable } from '@nestjs/common';
import { emptyValues, mappingReads } from '@patchbay/config';
import {
  capOf,
  consentRulesFor,
  contactKey,
  firstDelayMs,
  holdReason,
  messageTiming,
  pathWarnings,
  purposeOf,
  quotaPeriod,
  smsSegments,
  zoneOf,
  type BrandRecord,
  type Caller,
  type Clock,
  type CompiledBrand,
  type CompiledSource,
  type DestinationRecord,
  type MessageTiming,
  type MessagingStore,
  type QuotaExcess,
  type PathWarning,
  type PreviewedMessage,
  type ReadStore,
  type SubscriptionVersionRecord,
  type TimedMessage,
} from '@patchbay/core';
import type { TemplateRead } from '@patchbay/mapping';
import { PluginGateway } from '@patchbay/plugin-host';
import { CLOCK, MESSAGING_STORE, READ_STORE } from '../../database/database.module.js';
import { TemplatePool } from '../../templates/template-pool.js';
import { isoTimeOrNull } from '../common/time-range.dto.js';
import { openDestination } from '../destinations/open-destination.js';
import type { PreviewedDto, TimingDto } from './preview.dto.js';
import { StoredEventChecks } from '../configuration/stored-event-checks.service.js';
import type { PreviewTarget } from './preview-target.js';
import type { PreviewedEvent } from './previewed-event.service.js';

/** Previewed message with its target and event. */
export interface DetailedPreview {
  readonly target: PreviewTarget;
  readonly event: PreviewedEvent;
  /** Source of the event. */
  readonly source: CompiledSource | undefined;
  readonly brand: BrandRecord;
  readonly configuration: CompiledBrand;
  readonly previewed: PreviewedMessage;
  /** True if no message is created, because the saved subscription does not take the event. */
  readonly isSkipped: boolean;
  /** Paths that the mapping reads, with their fields of the message. */
  readonly reads: readonly TemplateRead[];
}

/** Details of a preview besides the message. */
export type PreviewDetails = Pick<
  PreviewedDto,
  'destinationType' | 'channel' | 'warnings' | 'segments' | 'request' | 'requestNote' | 'timing'
>;

/** Finds what an author wants to know about a previewed message. Sends nothing. */
@Injectable()
export class PreviewDetailsFinder {
  constructor(
    private readonly plugins: PluginGateway,
    private readonly templates: TemplatePool,
    private readonly storedEvents: StoredEventChecks,
    @Inject(MESSAGING_STORE) private readonly messaging: Pick<MessagingStore, 'countSlots' | 'quotaUsed'>,
    @Inject(READ_STORE) private readonly store: Pick<ReadStore, 'pauses'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Returns the details of a preview. */
  async find(caller: Caller, preview: DetailedPreview): Promise<PreviewDetails> {
    const { target, previewed } = preview;
    const { destination, destinationType } = target;
    const channel = this.plugins.facts(destinationType)?.messaging ?? null;
    const { message } = previewed;
    const isSms = channel === 'sms' && message !== null;
    return {
      destinationType,
      channel,
      warnings: [...(await this.warnings(caller, preview)), ...(await this.emptyValues(preview))],
      segments: isSms ? smsSegments(message, destination?.settings ?? {}) : null,
      ...(await this.request(preview)),
      timing: await this.timing(preview),
    };
  }

  private async warnings(
    caller: Caller,
    { target, event, source, brand, reads }: DetailedPreview,
  ): Promise<readonly PathWarning[]> {
    const { type } = event.envelope;
    const { subscription } = target;
    const schema = source?.adapter.catalogue().find((one) => one.type === type)?.schema;
    const known = { envelope: event.envelope, schema, recipient: event.recipient, lookups: brand.lookups };
    const filter = await this.filterReads(caller, subscription);
    return pathWarnings({ mapping: reads, filter }, { ...known, enrich: subscription?.enrich ?? [] });
  }

  /** Warns about values that the message shows, and that were empty in stored events that the subscription takes. */
  private async emptyValues({
    target: { subscription, destinationType },
    event,
    source,
    brand,
    configuration,
    reads,
  }: DetailedPreview): Promise<readonly PathWarning[]> {
    const channel = this.plugins.facts(destinationType)?.messaging ?? null;
    const shown = mappingReads(reads, channel !== null).filter(({ isShown }) => isShown);
    if (source === undefined || shown.length === 0) return [];
    const wanted = { source: source.record, type: event.envelope.type, most: 100 };
    const newest = await this.storedEvents.taken({ configuration, brand }, wanted, subscription?.when ?? null);
    return emptyValues({ reads: shown }, [{ newest }]).map(({ at, path, message }) => ({
      field: ['mapping', ...at].join('.'),
      path,
      message,
      suggestion: null,
    }));
  }

  private async filterReads(
    caller: Caller,
    subscription: SubscriptionVersionRecord | null,
  ): Promise<readonly string[]> {
    const when = subscription?.when ?? null;
    if (when === null) return [];
    const [compiled] = await this.templates.compile(caller, [{ kind: 'filter', source: when }]);
    return compiled?.ok === true ? compiled.reads : [];
  }

  private async request({
    target: { destination },
    event,
    brand,
    isSkipped,
    previewed: { message, problems },
  }: DetailedPreview): Promise<Pick<PreviewedDto, 'request' | 'requestNote'>> {
    if (destination === null) return { request: null, requestNote: 'The preview has no destination.' };
    if (isSkipped) return { request: null, requestNote: 'The subscription does not take the event.' };
    if (message === null || problems.length > 0) return { request: null, requestNote: 'The message is invalid.' };
    const open = openDestination({ brand, destination });
    const { request, note } = await this.plugins.recordRequest({ destination: open, message, event: event.envelope });
    return { request, requestNote: note };
  }

  private async timing({ target, event, source, brand, isSkipped }: DetailedPreview): Promise<TimingDto | null> {
    const { subscription, destination, step } = target;
    if (isSkipped || subscription === null || destination === null || step > 0) return null;
    const { messaging } = subscription;
    const { customerKey: customerId } = event;
    const facts = this.plugins.facts(destination.type);
    const channel = facts?.messaging ?? null;
    const purpose = purposeOf({ messaging, source });
    const pauses = await this.store.pauses([destination.id]);
    const timed: TimedMessage = {
      now: this.clock.now(),
      pausedReason: holdReason(destination, pauses.get(destination.id)),
      delayMs: firstDelayMs(destination),
      customerId,
      messaging,
      zone: zoneOf(event.recipient['timezone'], brand.timezone),
      needsConsent: channel !== null && consentRulesFor({ purpose, source }, brand.lookups)?.[channel] !== undefined,
      cap: await this.capOf({ brandId: brand.id, customerId, channel, purpose }, brand),
      contactInterval: purpose === 'promotional' ? await this.contactIntervalOf(destination, customerId, brand) : null,
      quota: facts === undefined ? null : await this.quotaOf(destination, facts.quotaExcess, brand),
    };
    return timingView(messageTiming(timed));
  }

  private async contactIntervalOf(
    { id, messaging }: DestinationRecord,
    customerId: string | null,
    { retentionDays }: BrandRecord,
  ): Promise<TimedMessage['contactInterval']> {
    const perMs = messaging?.contactIntervalMs;
    if (perMs === undefined || customerId === null) return null;
    const key = contactKey(id, customerId);
    return { perMs, used: await this.messaging.countSlots({ key, perMs, now: this.clock.now(), retentionDays }) };
  }

  private async quotaOf(
    { id: destinationId, messaging }: DestinationRecord,
    quotaExcess: QuotaExcess,
    { timezone: zone }: BrandRecord,
  ): Promise<TimedMessage['quota']> {
    const quota = messaging?.quota;
    if (quota === undefined) return null;
    const { start, end } = quotaPeriod(quota.perMs, zone, this.clock.now());
    const used = await this.messaging.quotaUsed({ destinationId, start });
    return { ...quota, excess: quota.excess ?? quotaExcess, used, end, zone };
  }

  private async capOf(
    message: Parameters<typeof capOf>[0],
    { caps, retentionDays }: BrandRecord,
  ): Promise<TimedMessage['cap']> {
    const cap = capOf(message, caps);
    if (cap === null) return null;
    const { key, perMs } = cap;
    return { ...cap, used: await this.messaging.countSlots({ key, perMs, now: this.clock.now(), retentionDays }) };
  }
}

function timingView({ outcome, at, steps }: MessageTiming): TimingDto {
  return {
    outcome,
    at: isoTimeOrNull(at),
    steps: steps.map((step) => ({ ...step, at: isoTimeOrNull(step.at) })),
  };
}
