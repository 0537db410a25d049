import { Injectable } from '@nestjs/common';
import {
  brandView,
  describeMismatch,
  filterScope,
  mappingScope,
  previewMessage,
  sourceOrTypeMismatch,
  type BrandRecord,
  type Caller,
  type DestinationTypeFacts,
  type Mismatch,
  type PreviewedMessage,
} from '@patchbay/core';
import type { Judgement, TemplateRead } from '@patchbay/mapping';
import { PluginGateway } from '@patchbay/plugin-host';
import { TemplatePool } from '../../templates/template-pool.js';
import { PersonalDataAccessLog } from '../audit/personal-data-access-log.service.js';
import { FreshConfiguration, type CurrentBrand } from '../common/fresh-configuration.service.js';
import { Drafts } from './drafts.service.js';
import { fieldProblem } from './field-problem.js';
import { PreviewDetailsFinder } from './preview-details.service.js';
import { routedTarget } from './preview-route.js';
import { previewSource, previewTarget, type PreviewTarget } from './preview-target.js';
import type { PreviewDto, PreviewedDto } from './preview.dto.js';
import { PreviewedEvents, type PreviewedEvent } from './previewed-event.service.js';

/** Result of the filter in a preview. */
type PreviewedMatch = Pick<PreviewedDto, 'matched' | 'mismatch' | 'reason' | 'clause'>;

/** Rendered message, and the paths that its mapping reads. */
interface MadeMessage {
  readonly previewed: PreviewedMessage;
  readonly reads: readonly TemplateRead[];
}

/** Previews the message of an event. Stores and sends nothing and calls no external system. */
@Injectable()
export class Previews {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly plugins: PluginGateway,
    private readonly events: PreviewedEvents,
    private readonly templates: TemplatePool,
    private readonly accessLog: PersonalDataAccessLog,
    private readonly drafts: Drafts,
    private readonly details: PreviewDetailsFinder,
  ) {}

  /**
   * Previews a message. Throws a ProblemError with the field if the request is incomplete or invalid.
   * @param reveal true to use the personal values of a stored event
   */
  async preview(caller: Caller, brandName: string, request: PreviewDto, reveal: boolean): Promise<PreviewedDto> {
    if (reveal) this.accessLog.refuseUnlessAllowed(caller);
    const current = await this.brands.findBrand(brandName);
    const draft = request.draft === undefined ? null : await this.drafts.version(caller, request.draft, current);
    const named = previewTarget(request, draft, current);
    const event = withLocale(await this.eventOf(request, named, current, reveal), request.locale);
    const { target, route } = routedTarget(named, event, current, request.entry);
    if (reveal && event.storedId !== null) await this.accessLog.record(caller, current.brand.id, event.storedId);
    const match = await this.matchOf(caller, target, event, current.brand);
    const isSkipped = match.matched === false && !target.isDraft;
    const made = isSkipped
      ? NO_MESSAGE
      : route?.shown === 0
        ? NO_ENTRY
        : await this.messageFor(caller, target, event, current.brand);
    const { brand, configuration } = current;
    const source = configuration.source(event.sourceId);
    const { previewed, reads } = made;
    const detailed = { target, event, source, brand, configuration, previewed, reads, isSkipped };
    const details = await this.details.find(caller, detailed);
    return { ...match, ...previewed, route, ...details };
  }

  private async eventOf(
    request: PreviewDto,
    target: PreviewTarget,
    current: CurrentBrand,
    reveal: boolean,
  ): Promise<PreviewedEvent> {
    const { event, eventId } = request;
    if ((event === undefined) === (eventId === undefined)) {
      throw fieldProblem('event', 'send exactly one of event (as its source sends it) and eventId (of a stored event)');
    }
    if (eventId !== undefined) return this.events.stored(eventId, current.brand, current.configuration, reveal);
    return this.events.sent(event, previewSource(request, target, current));
  }

  private async matchOf(
    caller: Caller,
    { subscription }: PreviewTarget,
    { sourceId, envelope, hidden }: PreviewedEvent,
    brand: BrandRecord,
  ): Promise<PreviewedMatch> {
    if (subscription === null) return MATCHED;
    const mismatch = sourceOrTypeMismatch(subscription, { sourceId, ...envelope });
    if (mismatch !== null) return mismatched(mismatch);
    const { when } = subscription;
    if (when === null) return MATCHED;
    const judged = await this.templates.match(caller, { when, hidden, scope: filterScope(envelope, brandView(brand)) });
    if (judged.ok) return matchOf(judged);
    throw fieldProblem('subscription', `its filter does not compile: ${judged.problem.reason}. Correct the filter`);
  }

  private async messageFor(
    caller: Caller,
    { destinationType, mapping: own }: PreviewTarget,
    { envelope, recipient }: PreviewedEvent,
    brand: BrandRecord,
  ): Promise<MadeMessage> {
    const facts = this.plugins.facts(destinationType);
    if (facts === undefined) {
      throw fieldProblem(
        'destinationType',
        `no plugin provides ${JSON.stringify(destinationType)}: choose a type of GET /v1/destination-types`,
      );
    }
    const template = own ?? facts.preset(envelope.type);
    if (template === undefined) return withoutMapping(facts, envelope.type);
    const scope = mappingScope({ event: envelope, brand: brandView(brand), enriched: {}, recipient });
    const rendering = await this.templates.render(caller, { template, options: { timezone: brand.timezone }, scope });
    if (!rendering.ok) {
      const { path, reason } = rendering.problem;
      throw fieldProblem(path === '' ? 'mapping' : `mapping.${path}`, reason);
    }
    const previewed = previewMessage(rendering, (message) => this.plugins.checkMessage(destinationType, message));
    return { previewed, reads: rendering.reads };
  }
}

const NO_MESSAGE: MadeMessage = { previewed: { message: null, problems: [] }, reads: [] };
const NO_ENTRY: MadeMessage = {
  previewed: { message: null, problems: [{ field: 'route', message: 'no entry matches, so nothing is sent' }] },
  reads: [],
};
const MATCHED: PreviewedMatch = { matched: true, mismatch: null, reason: null, clause: null };

function mismatched(mismatch: Mismatch): PreviewedMatch {
  const clause = mismatch.reason === 'filter' ? mismatch.clause : null;
  return { matched: false, mismatch: mismatch.reason, reason: describeMismatch(mismatch), clause };
}

function matchOf({ kind, clause }: Extract<Judgement, { ok: true }>): PreviewedMatch {
  if (kind === 'budgetExceeded') return mismatched({ matched: false, reason: 'filterBudgetExceeded' });
  if (clause === null) return MATCHED;
  if (kind === 'notMatched') return mismatched({ matched: false, reason: 'filter', clause });
  const reason =
    `Undetermined, because the filter reads ${clause.path}, which is personal. Send the event itself, ` +
    'or set `reveal` if your key has that right.';
  return { matched: null, mismatch: null, reason, clause };
}

function withLocale(event: PreviewedEvent, locale: string | undefined): PreviewedEvent {
  return locale === undefined ? event : { ...event, recipient: { ...event.recipient, locale } };
}

function withoutMapping({ type }: DestinationTypeFacts, eventType: string): MadeMessage {
  const message = `The subscription has no mapping and ${type} has no preset for ${eventType}. Add a mapping.`;
  return { previewed: { message: null, problems: [{ field: 'mapping', message }] }, reads: [] };
}
