import { isEmptyAt, type ConfigurationProblem, type DeclaredType, type JsonObject } from '@patchbay/core';
import { problemAt, type SourceText } from '../source-text.js';
import { suggestion } from '../suggestion.js';
import { pathFindings, type EventReads } from './event-reads.js';

/** Stored events of one entry in `events` of a subscription. */
export interface EventSample {
  /** Event type, or a pattern of event types. */
  readonly type: string;
  /** Number of events from which {@link schema} was inferred. */
  readonly count: number;
  /** Schema of the data, inferred from the newest events. Undefined if the adapter declares schemas. */
  readonly schema?: JsonObject;
  /** Data of the newest events that the subscription takes, at most 100. */
  readonly newest: readonly JsonObject[];
}

/** Facts from the stored events of the source of a subscription. */
export interface StoredKnowledge {
  /** One sample per entry in `events` of the subscription. */
  readonly samples: readonly EventSample[];
  /** Types of the events that the brand received lately. */
  readonly seenTypes: readonly string[];
}

/**
 * Warns about paths that no stored event has, and about comparisons with values of another type. Also warns about event
 * types that never arrived although a similar type did, and about empty values that a message shows.
 */
export function storedEventWarnings(
  reads: EventReads,
  { samples, seenTypes }: StoredKnowledge,
  source: Pick<SourceText, 'sourceLocations'>,
): readonly ConfigurationProblem[] {
  const { subscription } = reads;
  return [
    ...samples.flatMap(({ type, count, schema }, index) => {
      if (schema === undefined || count > 0 || type.endsWith('*')) return [];
      const hint = suggestion(type, seenTypes);
      const at = ['subscriptions', subscription.name, 'events', index];
      return hint === '' ? [] : [problemAt(source, at, `no event of this type arrived in the last 7 days.${hint}`)];
    }),
    ...unknownPaths(reads, samples).map(({ at, message }) => problemAt(source, at, message)),
    ...emptyValues(reads, samples).map(({ at, message }) => problemAt(source, at, message)),
  ];
}

function unknownPaths(reads: EventReads, samples: readonly EventSample[]): ReturnType<typeof pathFindings> {
  const types = samples.flatMap(({ type, count, schema }): DeclaredType[] =>
    schema === undefined || count === 0 ? [] : [{ type, schema }],
  );
  // An entry without events may have any path.
  if (types.length < samples.length) return [];
  const total = samples.reduce((sum, { count }) => sum + count, 0);
  return pathFindings(reads, types, total === 1 ? 'the only stored event' : `the newest ${total} stored events`);
}

/** Value that a message shows, and that was empty in past events. */
interface EmptyValue {
  readonly at: EventReads['reads'][number]['at'];
  readonly path: string;
  readonly message: string;
}

/** Finds values that a message shows without `required`, `default` or a condition, and that were empty in past events. */
export function emptyValues(
  { reads }: Pick<EventReads, 'reads'>,
  samples: readonly Pick<EventSample, 'newest'>[],
): readonly EmptyValue[] {
  const events = samples.flatMap(({ newest }) => newest);
  const shown = new Map(reads.filter(isShownData).map((read) => [`${read.at.join('\n')}\n${read.path}`, read]));
  return [...shown.values()].slice(0, 100).flatMap(({ at, path }) => {
    const count = events.filter((data) => isEmptyAt(data, path)).length;
    if (count === 0) return [];
    const past =
      events.length === 1 ? 'the only stored event' : `${count} of the newest ${events.length} stored events`;
    const message =
      `${path} was empty in ${past}, so the message would have a gap: add "| required" to send no such message, or ` +
      '"| default: …" to show another text';
    return [{ at, path, message }];
  });
}

function isShownData({ isShown, path }: EventReads['reads'][number]): boolean {
  return isShown && path.startsWith('data.') && !path.endsWith('.size');
}
