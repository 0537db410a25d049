import { useQuery } from '@tanstack/react-query';
import { destinationsQuery, eventTypesQuery, sourcesQuery } from '../../../api/queries';
import { isMembers } from '../../../lib/merge-patch';
import { typesQuery, type TypeSummary } from '../../types/destination-types';
import { fieldsBelow, leafFields, type EventField } from '../model/event-fields';
import { takes } from '../model/event-patterns';
import type { Draft } from '../model/draft';
import { usePreview, type LivePreview, type PreviewEvent } from '../preview/use-preview';
import { useRecentEvents, type RecentEvent } from '../preview/use-recent-events';
import { partOf, partsOf, type Part } from '../preview/parts';
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
  /** Returns the type of a destination. Undefined until the destination is chosen and its type is known. */
  readonly typeOf: (destination: string) => TypeSummary | undefined;
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
  /** Paths of a condition of a route, which is checked when the recipient is known. */
  readonly routeFields: readonly EventField[];
  /** Messages of the draft, for the preview. */
  readonly parts: ReturnType<typeof partsOf>;
  /** Message that the preview shows. */
  readonly part: Part;
  /** Preview of the message that the event decides. */
  readonly live: LivePreview;
  /** Preview of the shown message. */
  readonly shown: LivePreview;
}

/** Reads what the editor needs for a draft: catalogue, events, completion, and the live preview. */
export function useEditor(brand: string, draft: Draft, view: EditorView): EditorData {
  const sources = useQuery(sourcesQuery(brand)).data?.data ?? [];
  const ownSources = sources.filter(({ managedBy }) => managedBy !== 'hub');
  const destinations = useQuery(destinationsQuery(brand)).data?.data ?? [];
  const destinationTypes = useQuery(typesQuery).data?.data ?? [];
  const eventTypes = useQuery(eventTypesQuery).data?.data ?? [];
  const adapter = sources.find(({ name }) => name === draft.source)?.adapter;
  const catalogue = eventTypes.filter((one) => one.adapter === adapter);
  const taken = catalogue.filter(({ type }) => takes(draft.events, type));
  const events = useRecentEvents(brand, draft, catalogue, eventTypes.length > 0 && adapter !== undefined);
  const eventIndex = Math.max(0, events?.findIndex(({ id }) => id === view.event) ?? 0);
  const shown = events?.[eventIndex];
  const example = shown === undefined && events !== undefined ? exampleOf(adapter, taken) : null;
  const event: PreviewEvent | null = shown === undefined ? example : { eventId: shown.id };
  const stored = useQuery(eventQuery(brand, shown?.id ?? '')).data;
  const own = catalogue.find(({ type }) => type === shown?.type) ?? taken[0];
  const shape = {
    schemas: (own === undefined ? taken : [own, ...taken]).map(({ schema }) => schema),
    sample: isMembers(stored?.data) ? stored.data : (own?.sample ?? null),
  };
  const parts = partsOf(draft);
  const part = partOf(parts, view.part);
  const fields = [...leafFields(shape), ...EVENT_FIELDS];
  return {
    sources: sources.map(({ name }) => name),
    onlySource: ownSources.length === 1 ? ownSources[0]?.name : undefined,
    destinations,
    catalogue,
    typeOf: (destination) => {
      const found = destinations.find(({ name }) => name === destination);
      return destinationTypes.find(({ type }) => type === found?.type);
    },
    events,
    eventIndex,
    isExample: example !== null,
    event,
    scope: { ...shape, filters: useTemplateFilters() },
    fields,
    routeFields: [...fieldsBelow('recipient', shape), ...draft.enrich.map(beginningOf), ...fields],
    parts,
    part,
    live: usePreview(brand, draft, { event, locale: view.tag, part: parts[0] }),
    shown: usePreview(brand, draft, { event, locale: view.tag, part }),
  };
}

/** Fields of `event` that a filter often reads. */
const EVENT_FIELDS: readonly EventField[] = ['event.type', 'event.customerId', 'event.occurredAt'].map((path) => ({
  name: path.slice('event.'.length),
  path,
  type: 'string',
  example: '',
}));

/** Returns the beginning of the paths of an enrichment, whose fields the hub does not know. */
function beginningOf(name: string): EventField {
  return { name, path: `enriched.${name}.`, type: '', example: '' };
}

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
