import type { CompiledSource } from '../configuration/compiled-brand.js';
import type { NormalisedEvent } from '../event/source-adapter.port.js';
import { DEDUPE_KEYS_KEPT_MS } from '../ids.js';
import type { ReceivedEvent } from '../ingest/prepare-event.js';
import type { EntryOutcome, MissingEvent } from './log-check.js';
import type { LoggedEvent } from './log-check-store.port.js';
import { recordOf, type LogEntry } from './log-page.js';

/** Entry of a log with the identity of its event. */
export interface IdentifiedEntry {
  readonly entry: LogEntry;
  readonly event: LoggedEvent & Pick<MissingEvent, 'occurredAt'>;
}

/** Longest stored status, in characters. */
const MAX_STATUS = 100;
/** Time by which Capillary's clock may be ahead of the hub's clock, in milliseconds. */
const CLOCK_MARGIN_MS = 3_600_000;

/**
 * Returns the time from which the hub can know if it had an event, in milliseconds since the epoch. The dedupe keys of
 * older events are deleted.
 */
export function oldestKnown(now: number): number {
  return now - DEDUPE_KEYS_KEPT_MS + CLOCK_MARGIN_MS;
}

/** Returns the entry with the type and id that its event has in the store. Null if the adapter cannot read them. */
export function identify(entry: LogEntry, source: CompiledSource): IdentifiedEntry | null {
  const event = onlyEvent(recordOf(entry), source);
  if (event === null) return null;
  const { occurredAt } = event;
  return {
    entry,
    event: { ...identityOf(event, source), occurredAt: occurredAt === null ? null : Date.parse(occurredAt) },
  };
}

/**
 * Returns the outcome of an entry whose event is not recovered. An event that is too old counts as stored.
 * @param oldest see {@link oldestKnown}
 */
export function outcomeOf(
  { entry, event: { occurredAt } }: IdentifiedEntry,
  isStored: boolean,
  waiting: readonly string[],
  oldest: number,
): EntryOutcome {
  if (isStored || (occurredAt !== null && occurredAt < oldest)) return 'stored';
  return entry.status !== undefined && waiting.includes(entry.status) ? 'waiting' : 'missing';
}

/**
 * Returns the event in the payload of an entry. Null if there is none, or if its messages could be sent twice:
 * - It has another type or id than its entry, so it could be a second form of an event that the hub has.
 * - It is too old or has no time, so its dedupe key may be deleted.
 * @param oldest see {@link oldestKnown}
 */
export function recoverable(
  { entry: { payload }, event: logged }: IdentifiedEntry,
  source: CompiledSource,
  oldest: number,
): ReceivedEvent['content'] | null {
  const event = payload === undefined ? null : onlyEvent(payload, source);
  if (event === null) return null;
  // The time in the log may be the time of a later attempt.
  const at = event.occurredAt === null ? logged.occurredAt : Date.parse(event.occurredAt);
  if (at === null || at < oldest) return null;
  const { type, eventId } = identityOf(event, source);
  return type === logged.type && eventId === logged.eventId ? { kind: 'event', event } : null;
}

/** Returns the record of an event that the hub did not have. */
export function missingEvent({ entry: { status }, event }: IdentifiedEntry, recovered: boolean): MissingEvent {
  // The database cannot store all texts of Capillary.
  const storable = status
    ?.slice(0, MAX_STATUS)
    .toWellFormed()
    .replace(/\p{Cc}/gu, '');
  return { ...event, status: storable ?? null, recovered };
}

function onlyEvent(body: unknown, { adapter, record }: CompiledSource): NormalisedEvent | null {
  const results = adapter.read(body, {}, record.paths);
  const [first] = results;
  return results.length === 1 && first?.kind === 'event' ? first.event : null;
}

/** Returns the type and the id in the form that is stored. A `pii-less` brand may store a hash of the id. */
function identityOf(event: NormalisedEvent, { privacy }: CompiledSource): LoggedEvent {
  const { type, eventId } = privacy.protect(event).event;
  return { type, eventId };
}
