import { setImmediate } from 'node:timers/promises';
import {
  brandView,
  filterScope,
  hiddenPathOf,
  mappingScope,
  personalOf,
  placeholderInputs,
  previewMessage,
  smsSegments,
  sourceOrTypeMismatch,
  storedEnvelope,
  trialEffect,
  VaultError,
  withPersonal,
  type AddressedMessage,
  type Caller,
  type DestinationRecord,
  type EventContent,
  type SmsSegments,
  type SubscriptionVersionRecord,
  type TrialEffect,
  type TrialSideResult,
} from '@patchbay/core';
import type { TrialEvent, TrialResult, TrialSide, TriedEvent } from '@patchbay/mapping';
import type { PluginGateway } from '@patchbay/plugin-host';
import type { TemplatePool } from '../../templates/template-pool.js';
import type { CurrentBrand } from '../common/fresh-configuration.service.js';
import { NO_PART, trialPart, type TrialPart } from './trial-part.js';

/** Maximum size of the events of one task, in characters of their JSON. One larger event is a task of its own. */
const TASK_SIZE = 4_000_000;
/** Time after which a task of the template thread lets other keys use the thread, in milliseconds. */
const TASK_MS = 500;
const MAX_SAMPLES = 50;
/** Maximum size of all samples together, in characters of the JSON of their messages and clauses. */
const SAMPLES_SIZE = 2_000_000;
/** Maximum number of changed paths of a sample, and maximum length of each, in characters. */
const MAX_CHANGED = 50;
const MAX_PATH = 500;

/** Draft to try, with everything that the trial needs. */
export interface DraftTrialParts {
  readonly caller: Caller;
  readonly current: CurrentBrand;
  readonly saved: SubscriptionVersionRecord | null;
  readonly draft: SubscriptionVersionRecord;
  /** True if filters may read personal values. */
  readonly reveal: boolean;
  readonly plugins: Pick<PluginGateway, 'facts' | 'checkMessage'>;
  readonly templates: Pick<TemplatePool, 'trial'>;
}

/** Event that the draft treats differently. */
export interface TrialSample {
  readonly event: EventContent;
  readonly effect: TrialEffect;
  readonly before: AddressedMessage | null;
  readonly after: AddressedMessage | null;
}

/** Trial of one draft. Collects the effects on the events that are tried. */
export class DraftTrial {
  /** Effects in the order of the events. Without clauses and paths, which could fill the memory. */
  readonly effects: Pick<TrialEffect, 'change' | 'cannotBeMade'>[] = [];
  readonly samples: TrialSample[] = [];
  longestSms: (SmsSegments & { readonly eventId: string }) | null = null;
  readonly saved: SubscriptionVersionRecord | null;
  private samplesSize = 0;
  /** Parts of both versions that make the messages of an event. */
  private readonly routed = new WeakMap<EventContent, { readonly before: TrialPart; readonly after: TrialPart }>();

  constructor(private readonly parts: DraftTrialParts) {
    const { saved, draft } = parts;
    const hasSameMapping = JSON.stringify(saved?.mapping ?? null) === JSON.stringify(draft.mapping);
    // One object for both versions lets the template thread render the message once.
    this.saved = saved !== null && hasSameMapping ? { ...saved, mapping: draft.mapping } : saved;
  }

  /** Tries the first events of a list, as many as one task allows. Returns how many. */
  async tryNext(events: readonly EventContent[]): Promise<number> {
    const batch: { readonly event: EventContent; readonly trialEvent: TrialEvent | null }[] = [];
    let size = 0;
    for (const event of events) {
      size += JSON.stringify(event.data).length;
      if (batch.length > 0 && size > TASK_SIZE) break;
      batch.push({ event, trialEvent: this.trialEvent(event) });
    }
    const readable = batch.flatMap(({ event, trialEvent }) => (trialEvent === null ? [] : [{ event, trialEvent }]));
    const { caller, current, templates } = this.parts;
    const options = { timezone: current.brand.timezone };
    const tried =
      readable.length === 0
        ? []
        : await templates.trial(caller, {
            options,
            events: readable.map(({ trialEvent }) => trialEvent),
            limitMs: TASK_MS,
          });
    for (const [index, one] of tried.entries()) {
      const event = readable[index]?.event;
      if (event !== undefined) this.collect(event, one);
      // Checking a large message takes some milliseconds, during which the process answers no other request.
      await setImmediate();
    }
    const next = readable[tried.length];
    return next === undefined ? batch.length : batch.findIndex(({ event }) => event === next.event);
  }

  /** Null if the personal values of the event cannot be decrypted. */
  private trialEvent(event: EventContent): TrialEvent | null {
    const { current, reveal, draft } = this.parts;
    const { brand } = current;
    try {
      const personal = personalOf(event, brand.vault);
      const inputs = placeholderInputs(event, current);
      const seen = reveal ? storedEnvelope(event, brand.name, withPersonal(event, personal).data) : inputs.event;
      const hidden = reveal ? [] : personal.map(hiddenPathOf);
      const scope = filterScope(seen, brandView(brand));
      const parts = {
        before: this.saved === null ? NO_PART : trialPart(this.saved, scope, hidden),
        after: trialPart(draft, scope, hidden),
      };
      this.routed.set(event, parts);
      return {
        before: this.saved === null ? null : this.side(this.saved, parts.before, event),
        after: this.side(draft, parts.after, event),
        hidden,
        filterScope: scope,
        mappingScope: mappingScope(inputs),
      };
    } catch (error) {
      if (error instanceof VaultError) return null;
      throw error;
    }
  }

  private side(
    version: SubscriptionVersionRecord,
    part: TrialPart,
    { sourceId, source, type }: EventContent,
  ): TrialSide | null {
    if (sourceOrTypeMismatch(version, { sourceId, source, type }) !== null) return null;
    const template = part.mapped?.mapping ?? this.factsOf(part)?.preset(type) ?? null;
    return { when: version.when, template };
  }

  private collect(event: EventContent, { before, after }: TriedEvent): void {
    const parts = this.routed.get(event) ?? { before: NO_PART, after: NO_PART };
    const sides = {
      before: this.sideResult(parts.before, before, event),
      after: this.sideResult(parts.after, after, event),
    };
    const effect = trialEffect(sides.before, sides.after);
    const { change, cannotBeMade } = effect;
    this.effects.push({ change, cannotBeMade });
    if (change === 'undetermined') return;
    this.keepLongest(event, parts.after, sides.after.message);
    if (!cannotBeMade && ['unchanged', 'notMatched'].includes(change)) return;
    this.keepSample({ event, effect, before: sides.before.message, after: sides.after.message });
  }

  /** Keeps a sample, unless there are many or large samples already. */
  private keepSample({ event, effect, before, after }: TrialSample): void {
    if (this.samples.length === MAX_SAMPLES) return;
    const size = JSON.stringify([before, after, effect.clause]).length;
    if (this.samplesSize + size > SAMPLES_SIZE) return;
    this.samplesSize += size;
    const changed = effect.changed.slice(0, MAX_CHANGED).map((path) => path.slice(0, MAX_PATH));
    this.samples.push({ event, effect: { ...effect, changed }, before, after });
  }

  private keepLongest(event: EventContent, part: TrialPart, made: AddressedMessage | null): void {
    const message = made?.message ?? null;
    if (message === null || this.factsOf(part)?.messaging !== 'sms') return;
    const settings = this.destinationOf(part)?.settings ?? {};
    const size = smsSegments(message, settings);
    if (size === null || size.characters <= (this.longestSms?.characters ?? -1)) return;
    this.longestSms = { ...size, eventId: event.id };
  }

  private sideResult(part: TrialPart, result: TrialResult | null, event: EventContent): TrialSideResult {
    if (result?.kind !== 'matched') return { result, message: null };
    if (part.undetermined !== null) {
      return { result: { kind: 'undetermined', clause: part.undetermined, rendering: null }, message: null };
    }
    return { result, message: this.messageOf(part, result, event) };
  }

  private messageOf(part: TrialPart, { rendering }: TrialResult, { type }: EventContent): AddressedMessage {
    if (part.mapped === null) {
      const problem = { field: 'route', message: 'no entry matches, so nothing is sent' };
      return { destination: '', message: null, problems: [problem] };
    }
    const facts = this.factsOf(part);
    const destination = this.destinationOf(part)?.name ?? '';
    if (facts === undefined || rendering === null) {
      const message = `is missing, and ${facts?.type ?? 'the destination'} has no preset for ${type}`;
      return { destination, message: null, problems: [{ field: 'mapping', message }] };
    }
    const check = (message: Parameters<PluginGateway['checkMessage']>[1]) =>
      this.parts.plugins.checkMessage(facts.type, message);
    return { destination, ...previewMessage(rendering, check) };
  }

  private factsOf(part: TrialPart): ReturnType<PluginGateway['facts']> {
    const type = this.destinationOf(part)?.type;
    return type === undefined ? undefined : this.parts.plugins.facts(type);
  }

  private destinationOf({ mapped }: TrialPart): DestinationRecord | undefined {
    return mapped === null ? undefined : this.parts.current.configuration.destinations.get(mapped.destinationId);
  }
}
