import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { NormalisedEvent } from '../event/normalised-event.js';
import type { DeliveriesEnded, DestinationSwitched, ToldDestination } from './operational-event.js';
import type { EndNote, OperationalNote, SwitchNote } from './operational-notes.port.js';

/**
 * The event that tells of a note: what is known by id gets the name it has now. Its event id follows from what
 * happened, so that nothing can be told twice.
 */
export function describeNote(note: OperationalNote, configuration: CompiledConfiguration): NormalisedEvent {
  return {
    type: note.type,
    eventId: `${note.type}:${occasionOf(note)}`,
    organisation: null,
    occurredAt: iso(note.lastAt),
    customerIds: [],
    attributes: {},
    data: 'count' in note ? endOf(note, configuration) : switchOf(note, configuration),
  };
}

/** A destination's version grows with every pause, a delivery's attempts before it can end once more. */
function occasionOf(note: OperationalNote): string {
  if (!('count' in note)) return `${note.destinationId}:${note.version}`;
  const [first] = note.deliveries;
  if (first === undefined) throw new Error(`A note of ${note.type} names no delivery.`);
  return `${first.id}:${first.attempts}`;
}

function switchOf(note: SwitchNote, configuration: CompiledConfiguration): DestinationSwitched {
  const { by, reason, errorKind, lastAt } = note;
  return { destination: destinationOf(note, configuration), by, reason, errorKind, at: iso(lastAt) };
}

function endOf(note: EndNote, configuration: CompiledConfiguration): DeliveriesEnded {
  const { subscriptionId, reason, errorKind, count, firstAt, lastAt, deliveries } = note;
  const subscription = configuration.records.subscriptions.find((one) => one.subscriptionId === subscriptionId);
  return {
    destination: destinationOf(note, configuration),
    subscription: { id: subscriptionId, name: subscription?.name ?? null },
    reason,
    errorKind,
    count,
    firstAt: iso(firstAt),
    lastAt: iso(lastAt),
    deliveries: [...deliveries],
  };
}

function destinationOf({ destinationId }: OperationalNote, configuration: CompiledConfiguration): ToldDestination {
  const { name = null, type = null } = configuration.destination(destinationId) ?? {};
  return { id: destinationId, name, type };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
