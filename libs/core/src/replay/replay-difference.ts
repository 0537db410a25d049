import type { Rendering, RenderTask } from '@patchbay/mapping';
import { personalOf, storedEnvelope, withPersonal } from '../admin/stored-event.js';
import { brandView } from '../configuration/compiled-brand.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { BrandRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { mappedDestinations, type MappedDestination } from '../configuration/subscription-destinations.js';
import { mappingScope, type MessageInputs } from '../delivery/build-message.js';
import type { DestinationGateway } from '../delivery/destination-gateway.port.js';
import { candidatesOf, previewRoute } from '../delivery/route.js';
import { hiddenPathOf, type PersonalValue } from '../event/personal-value.js';
import { filterScope } from '../ingest/routing.js';
import { changedPaths, type AddressedMessage } from '../preview/changed-paths.js';
import { previewMessage, type PreviewedMessage, HIDDEN_TEXT, placeholderFor } from '../preview/preview-message.js';
import type { Recipient } from '../delivery/recipient.js';
import type { ReplayedEvent } from './replay.js';

/** Message that a version of a subscription creates from an event. */
export interface RenderedVersion extends AddressedMessage {
  /** Number of the subscription version. */
  readonly version: number;
}

/** Comparison of two messages of an event: by the recorded version of a subscription, and by its current version. */
export interface ReplayDifference {
  /** Message by the recorded version. Null if the subscription had no version when the event was received. */
  readonly recorded: RenderedVersion | null;
  /** Message by the current version. Null if the subscription has no version now. */
  readonly current: RenderedVersion | null;
  /**
   * Paths at which the two messages differ: `destination`, fields of the message, `problems`. Empty if the messages are
   * equal.
   */
  readonly changed: readonly string[];
}

/** Dependencies of the comparison of two messages. */
export interface DifferenceView {
  readonly configuration: CompiledBrand;
  readonly brand: BrandRecord;
  readonly plugins: Pick<DestinationGateway, 'facts' | 'checkMessage'>;
  /** Renders a mapping outside the main thread, so that rendering blocks no other work. */
  readonly render: (task: RenderTask) => Promise<Rendering>;
}

/**
 * Renders an event by two versions of a subscription and compares the messages. Personal values and the recipient are
 * replaced by placeholders. No enrichment, resolver or vendor is called.
 */
export async function replayDifference(
  event: ReplayedEvent,
  versions: Readonly<Record<'recorded' | 'current', SubscriptionVersionRecord | undefined>>,
  view: DifferenceView,
): Promise<ReplayDifference> {
  const inputs = placeholderInputs(event, view);
  const rendered = async (version: SubscriptionVersionRecord | undefined): Promise<RenderedVersion | null> =>
    version === undefined ? null : renderVersion(version, inputs, view);
  const recorded = await rendered(versions.recorded);
  const current = await rendered(versions.current);
  return {
    recorded,
    current,
    changed: changedPaths(recorded, current),
  };
}

/** Inputs of a mapping with placeholders in place of the personal values of the event. */
export interface PlaceholderInputs extends MessageInputs {
  /** Personal values of the event, which the inputs do not contain. */
  readonly personal: readonly PersonalValue[];
}

/** Returns the mapping inputs of a dry run, with placeholders in place of personal values. */
export function placeholderInputs(
  event: ReplayedEvent,
  { configuration, brand }: Pick<DifferenceView, 'configuration' | 'brand'>,
): PlaceholderInputs {
  const personal = personalOf(event, brand.vault);
  const shown = storedEnvelope(event, brand.name, withPersonal(event, personal, placeholderFor).data);
  const fromEvent = configuration.source(event.sourceId)?.adapter.recipientOf(shown.type, shown.data) ?? {};
  const recipient = { ...placeholderRecipient(brand), ...(brand.recipientOrder.includes('event') ? fromEvent : {}) };
  return { event: shown, brand: brandView(brand), enriched: {}, recipient, personal };
}

function placeholderRecipient({ timezone }: BrandRecord): Recipient {
  return {
    ...{ phone: '+15005550006', email: 'customer@example.com', pushToken: 'invented-push-token' },
    ...{ locale: 'en', timezone, firstName: HIDDEN_TEXT, lastName: HIDDEN_TEXT },
  };
}

async function renderVersion(
  record: SubscriptionVersionRecord,
  inputs: PlaceholderInputs,
  { configuration, brand, plugins, render }: DifferenceView,
): Promise<RenderedVersion> {
  const [mapped, ...others] = candidateDestinations(record, inputs);
  if (mapped === undefined)
    return { version: record.version, destination: '', ...problem('route', 'has no entry that matches') };
  if (others.length > 0) {
    const detail = `is undecided: ${others.length + 1} candidates`;
    return { version: record.version, destination: '', ...problem('route', detail) };
  }
  const destination = configuration.destinations.get(mapped.destinationId);
  const facts = destination === undefined ? undefined : plugins.facts(destination.type);
  const head = { version: record.version, destination: destination?.name ?? '' };
  if (destination === undefined || facts === undefined) return { ...head, ...problem('destination', 'was deleted') };
  const template = mapped.mapping ?? facts.preset(inputs.event.type);
  if (template === undefined) {
    const detail = `is missing, and ${facts.type} has no preset for ${inputs.event.type}`;
    return { ...head, ...problem('mapping', detail) };
  }
  const rendering = await render({ template, options: { timezone: brand.timezone }, scope: mappingScope(inputs) });
  return { ...head, ...previewMessage(rendering, (message) => plugins.checkMessage(facts.type, message)) };
}

/** Returns the destinations that may get the message, each with its mapping. */
function candidateDestinations(
  record: SubscriptionVersionRecord,
  { event, brand, personal }: PlaceholderInputs,
): readonly MappedDestination[] {
  const { route } = record;
  if (route === undefined) return mappedDestinations(record);
  const candidates = candidatesOf(previewRoute(route, filterScope(event, brand), personal.map(hiddenPathOf)));
  return mappedDestinations(record).filter((_, index) => candidates.includes(index + 1));
}

function problem(field: string, message: string): PreviewedMessage {
  return { message: null, problems: [{ field, message }] };
}
