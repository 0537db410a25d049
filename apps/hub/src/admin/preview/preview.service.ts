import { Injectable } from '@nestjs/common';
import {
  brandView,
  compileSubscription,
  describeMismatch,
  explainMatch,
  previewMessage,
  withoutPersonal,
  type BrandRecord,
  type CompiledSource,
  type DestinationTypeFacts,
  type FallbackStepRecord,
  type SubscriptionVersionRecord,
} from '@patchbay/core';
import { compileMapping, MappingError, type CompiledMapping } from '@patchbay/mapping';
import { PluginGateway } from '@patchbay/plugin-host';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { CurrentBrands, named, ofBrand, type CurrentBrand } from '../common/current-brands.service.js';
import { fieldProblem } from './field-problem.js';
import type { PreviewDto, PreviewedDto } from './preview.dto.js';
import { PreviewedEvents, type PreviewedEvent } from './previewed-event.service.js';

/** What an event is previewed for. */
interface Target {
  /** Null: a mapping that is not saved, which wants every event. */
  readonly subscription: SubscriptionVersionRecord | null;
  readonly destinationType: string;
  /** Null: the type's preset. */
  readonly mapping: JsonObject | null;
}

/** Shows what would be made of an event. Stores nothing, sends nothing, asks nobody. */
@Injectable()
export class Previews {
  constructor(
    private readonly brands: CurrentBrands,
    private readonly plugins: PluginGateway,
    private readonly events: PreviewedEvents,
  ) {}

  /** Throws a ProblemError that names the field where there is nothing to preview. */
  async preview(brandName: string, request: PreviewDto): Promise<PreviewedDto> {
    const current = await this.brands.find(brandName);
    const target = targetOf(request, current);
    const event = await this.eventOf(request, target, current);
    const mismatch = mismatchOf(target, event, current.brand);
    if (mismatch !== null) return mismatch;
    const shown = inLanguage(event, request.locale);
    return { matched: true, reason: null, clause: null, ...this.messageFor(target, shown, current.brand) };
  }

  private async eventOf(request: PreviewDto, target: Target, current: CurrentBrand): Promise<PreviewedEvent> {
    const { event, eventId } = request;
    if ((event === undefined) === (eventId === undefined)) {
      throw fieldProblem('event', 'send either an event as its source sends it, or the eventId of one that is stored');
    }
    if (eventId !== undefined) return this.events.stored(eventId, current.brand, current.configuration);
    return this.events.sent(event, sourceOf(request, target, current));
  }

  private messageFor(
    { destinationType, mapping: own }: Target,
    { shown, recipient }: PreviewedEvent,
    brand: BrandRecord,
  ): Pick<PreviewedDto, 'message' | 'problems'> {
    const facts = this.plugins.facts(destinationType);
    if (facts === undefined) {
      throw fieldProblem('destinationType', `no plugin provides ${JSON.stringify(destinationType)}`);
    }
    const template = own ?? facts.preset(shown.type);
    if (template === undefined) return withoutMapping(facts, shown.type);
    const mapping = compiled(template, brand.timezone);
    const inputs = { event: shown, brand: brandView(brand), enriched: {}, recipient };
    return previewMessage(mapping, inputs, (message) => this.plugins.checkMessage(destinationType, message));
  }
}

function inLanguage(event: PreviewedEvent, locale: string | undefined): PreviewedEvent {
  return locale === undefined ? event : { ...event, recipient: { ...event.recipient, locale } };
}

function targetOf(request: PreviewDto, { configuration, brand }: CurrentBrand): Target {
  const { subscription: name, step, mapping, destinationType } = request;
  if (name !== undefined && mapping === undefined && destinationType === undefined) {
    const subscription = named(ofBrand(configuration.records.subscriptions, brand), name, 'subscription');
    const from = step === undefined ? subscription : stepOf(subscription, step);
    const type = configuration.destination(from.destinationId)?.type ?? '';
    return { subscription, destinationType: type, mapping: from.mapping ?? null };
  }
  if (step !== undefined) throw fieldProblem('step', 'belongs to a subscription: send its name, and no mapping');
  if (name === undefined && mapping !== undefined && destinationType !== undefined) {
    return { subscription: null, destinationType, mapping };
  }
  throw fieldProblem('subscription', 'send either the name of a subscription, or a mapping and its destinationType');
}

function stepOf({ name, messaging }: SubscriptionVersionRecord, step: number): FallbackStepRecord {
  const steps = messaging?.fallback ?? [];
  const found = steps[step - 1];
  if (found === undefined) throw fieldProblem('step', `the fallback of ${name} has ${steps.length} steps`);
  return found;
}

function sourceOf(
  request: PreviewDto,
  { subscription }: Target,
  { configuration, brand }: CurrentBrand,
): CompiledSource {
  const sources = ofBrand(configuration.records.sources, brand);
  const [only, ...others] = sources.filter(({ managedBy }) => managedBy !== 'hub');
  const id =
    subscription?.sourceId ??
    (request.source === undefined ? undefined : named(sources, request.source, 'source').id) ??
    (others.length === 0 ? only?.id : undefined);
  const source = id === undefined ? undefined : configuration.source(id);
  if (source === undefined) throw fieldProblem('source', 'name the source that the event is from');
  return source;
}

function mismatchOf({ subscription }: Target, event: PreviewedEvent, brand: BrandRecord): PreviewedDto | null {
  if (subscription === null) return null;
  const explanation = withoutPersonal(
    explainMatch(compileSubscription(subscription), event.sourceId, event.judged, brandView(brand)),
    event.personal,
  );
  if (explanation.matched) return null;
  return {
    matched: false,
    reason: describeMismatch(explanation),
    clause: explanation.reason === 'filter' ? explanation.clause : null,
    message: null,
    problems: [],
  };
}

function withoutMapping({ type }: DestinationTypeFacts, eventType: string): Pick<PreviewedDto, 'message' | 'problems'> {
  const message = `The subscription has no mapping and ${type} has no preset for ${eventType}: add a mapping.`;
  return { message: null, problems: [{ field: 'mapping', message }] };
}

/** A saved mapping has compiled before; one that has not is the caller's to mend. */
function compiled(template: JsonObject, timezone: string): CompiledMapping {
  try {
    return compileMapping(template, { timezone });
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    throw fieldProblem(error.path === '' ? 'mapping' : `mapping.${error.path}`, error.reason);
  }
}
