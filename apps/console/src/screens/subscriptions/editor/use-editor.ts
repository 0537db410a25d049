import { useQuery } from '@tanstack/react-query';
import { destinationsQuery, eventTypesQuery, sourcesQuery } from '../../../api/queries';
import { isMembers } from '../../../lib/merge-patch';
import { typesQuery, type TypeSummary } from '../../types/destination-types';
import { leafFields, type EventField } from '../model/event-fields';
import { takes } from '../model/event-patterns';
import type { Draft } from '../model/draft';
import { usePreview, type LivePreview, type PreviewEvent } from '../preview/use-preview';
import { useRecentEvents, type RecentEvent } from '../preview/use-recent-events';
import { shownStep } from '../preview/steps';
import { eventQuery, type EventType } from '../queries';
import type { TemplateScope } from '../template/complete-template';
import { useTemplateFilters } from '../template/use-template-filters';
import type { EditorView } from './use-editor-view';

/** Data that the editor shows beside a draft. */
export interface EditorData {
  readonly sources: readonly string[];
  /** The source of the brand's own events, if there is exactly one. The hub's operational events do not count. */
  readonly onlySource: string | undefined;
  readonly destinations: readonly { readonly name: string; readonly type: string }[];
  /** Event types of the adapter of the draft's source. */
  readonly catalogue: readonly EventType[];
  /** Type of the draft's destination. Undefined until it is chosen and known. */
  readonly type: TypeSummary | undefined;
  /** Newest events that the draft takes. Undefined until they are read. */
  readonly events: readonly RecentEvent[] | undefined;
  readonly eventIndex: number;
  /** True if the preview uses the invented example of the first event type, because no event is stored. */
  readonly isExample: boolean;
  /** Event of the preview. Null if there is none. */
  readonly event: PreviewEvent | null;
  readonly scope: TemplateScope;
  /** Paths of a filter. */
  readonly fields: readonly EventField[];
  readonly live: LivePreview;
  /** Preview of the shown step, which is `live` for step 0. */
  readonly shown: LivePreview;
}

/** Reads what the editor needs for a draft: catalogue, events, completion, and the live preview. */
export function useEditor(brand: string, draft: Draft, { event: eventId, tag, step }: EditorView): EditorData {
  const sources = useQuery(sourcesQuery(brand)).data?.data ?? [];
  const ownSources = sources.filter(({ managedBy }) => managedBy !== 'hub');
  const destinations = useQuery(destinationsQuery(brand)).data?.data ?? [];
  const destinationTypes = useQuery(typesQuery).data?.data ?? [];
  const eventTypes = useQuery(eventTypesQuery).data?.data ?? [];
  const adapter = sources.find(({ name }) => name === draft.source)?.adapter;
  const catalogue = eventTypes.filter((one) => one.adapter === adapter);
  const taken = catalogue.filter(({ type }) => takes(draft.events, type));
  const events = useRecentEvents(brand, draft, catalogue, eventTypes.length > 0 && adapter !== undefined);
  const eventIndex = Math.max(0, events?.findIndex(({ id }) => id === eventId) ?? 0);
  const shown = events?.[eventIndex];
  const example = shown === undefined && events !== undefined ? exampleOf(adapter, taken) : null;
  const event: PreviewEvent | null = shown === undefined ? example : { eventId: shown.id };
  const stored = useQuery(eventQuery(brand, shown?.id ?? '')).data;
  const own = catalogue.find(({ type }) => type === shown?.type) ?? taken[0];
  const shape = {
    schemas: (own === undefined ? taken : [own, ...taken]).map(({ schema }) => schema),
    sample: isMembers(stored?.data) ? stored.data : (own?.sample ?? null),
  };
  const destination = destinations.find(({ name }) => name === draft.destination);
  return {
    sources: sources.map(({ name }) => name),
    onlySource: ownSources.length === 1 ? ownSources[0]?.name : undefined,
    destinations,
    catalogue,
    type: destinationTypes.find(({ type }) => type === destination?.type),
    events,
    eventIndex,
    isExample: example !== null,
    event,
    scope: { ...shape, filters: useTemplateFilters() },
    fields: [...leafFields(shape), ...EVENT_FIELDS],
    live: usePreview(brand, draft, { event, locale: tag, step: 0 }),
    shown: usePreview(brand, draft, { event, locale: tag, step: shownStep(draft, step) }),
  };
}

/** Fields of `event` that a filter often reads. */
const EVENT_FIELDS: readonly EventField[] = ['event.type', 'event.customerId', 'event.occurredAt'].map((path) => ({
  name: path.slice('event.'.length),
  path,
  type: 'string',
  example: '',
}));

/** Returns the example of an event type as its source would send it. Null for adapters without examples. */
function exampleOf(adapter: string | undefined, [first]: readonly EventType[]): PreviewEvent | null {
  if (adapter !== 'capillary' || first?.sample === undefined || first.sample === null) return null;
  return {
    event: {
      eventName: first.type,
      eventId: 'example',
      orgId: 1,
      refId: 'example',
      apiRequestId: 'example',
      createdAt: EXAMPLE_TIME,
      data: first.sample,
    },
  };
}

/** Time of the example event. Fixed, so that the preview does not change while a person types. */
const EXAMPLE_TIME = Date.UTC(2026, 0, 15, 9, 30);
