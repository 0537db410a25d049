import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { NormalisedEvent } from '../event/source-adapter.port.js';
import type { DeliveriesEnded, DestinationSwitched, NamedDestination } from './operational-event.js';
import type { DeliveriesEndedEntry, OutboxEntry, DestinationSwitchedEntry } from './operational-outbox.port.js';

/**
 * Makes an operational event from an outbox entry, with the current names of the destination and subscription. The event
 * id is derived from the occurrence, so that an occurrence is never published twice.
 */
export function toOperationalEvent(entry: OutboxEntry, configuration: CompiledConfiguration): NormalisedEvent {
  return {
    type: entry.type,
    eventId: `${entry.type}:${occurrenceKey(entry)}`,
    organisation: null,
    occurredAt: iso(entry.lastAt),
    customerIds: [],
    attributes: {},
    data: 'count' in entry ? endData(entry, configuration) : switchData(entry, configuration),
  };
}

/**
 * Returns the key of an occurrence. It is unique because every pause raises a destination's version, and a delivery cannot
 * end again without a further attempt.
 */
function occurrenceKey(entry: OutboxEntry): string {
  if (!('count' in entry)) return `${entry.destinationId}:${entry.version}`;
  const [first] = entry.deliveries;
  if (first === undefined)
    throw new Error(
      `The outbox entry of type ${entry.type} contains no delivery. This is a bug in the code that wrote the entry.`,
    );
  return `${first.id}:${first.attempts}`;
}

function switchData(entry: DestinationSwitchedEntry, configuration: CompiledConfiguration): DestinationSwitched {
  const { by, reason, errorKind, lastAt } = entry;
  return { destination: destinationOf(entry, configuration), by, reason, errorKind, at: iso(lastAt) };
}

function endData(entry: DeliveriesEndedEntry, configuration: CompiledConfiguration): DeliveriesEnded {
  const { subscriptionId, reason, errorKind, count, firstAt, lastAt, deliveries } = entry;
  const subscription = configuration.records.subscriptions.find((one) => one.subscriptionId === subscriptionId);
  return {
    destination: destinationOf(entry, configuration),
    subscription: { id: subscriptionId, name: subscription?.name ?? null },
    reason,
    errorKind,
    count,
    firstAt: iso(firstAt),
    lastAt: iso(lastAt),
    deliveries: [...deliveries],
  };
}

function destinationOf({ destinationId }: OutboxEntry, configuration: CompiledConfiguration): NamedDestination {
  const { name = null, type = null } = configuration.destinations.get(destinationId) ?? {};
  return { id: destinationId, name, type };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
