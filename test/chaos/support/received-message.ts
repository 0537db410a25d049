import type { IncomingMessage } from 'node:http';
import { BATCHED } from './brand.js';

/** Message in a request that the suite's receiver got. */
export interface ReceivedMessage {
  /** Name of the destination, from the last part of the request's path. */
  readonly destination: string;
  /** Idempotency key of the delivery, which is the same on every attempt. */
  readonly deliveryId: string;
  /** Names of the events in the message, as their sender gave them; see {@link refOf}. */
  readonly refs: readonly string[];
  /** Round to which the events belong. */
  readonly round: string;
  /** True if the receiver permanently refuses the message. */
  readonly refuse: boolean;
  /** Id that the hub gave the event. Undefined if the mapping omits the id. */
  readonly eventId?: string;
  /** URL to which the receiver reports the message as undelivered. Undefined if the receiver reports nothing. */
  readonly reportTo?: string;
}

/**
 * Behaviour of the receiver for an event's message. `event`: accepts the message. `refused`: permanently refuses the
 * message. `undelivered`: accepts the message, and then reports it as undelivered.
 */
export type Fate = 'event' | 'refused' | 'undelivered';

/**
 * Builds the name of an event, which the event's messages contain. The receiver reads the round and the behaviour from
 * the name.
 */
export function refOf(round: string, fate: Fate, number: number | string): string {
  return `${round}/${fate}/${number}`;
}

/**
 * Parses a request to any of the suite's destinations. A request with a batch has several messages. A batch does not
 * contain the ids of its deliveries, so each message has the name of its item, see {@link itemOf}.
 */
export function readMessages({ url = '', headers }: IncomingMessage, body: string): readonly ReceivedMessage[] {
  const destination = url.slice(url.lastIndexOf('/') + 1);
  const key = String(headers['webhook-id'] ?? headers['idempotency-key']);
  const content: unknown = JSON.parse(body);
  if (!Array.isArray(content)) return [messageIn(content, destination, key)];
  return content.map((item: unknown) => {
    const message = messageIn(item, destination, key);
    return { ...message, deliveryId: itemOf(destination, message.eventId ?? '') };
  });
}

/** Name of the message of an event in the batches of a destination. */
export function itemOf(destination: string, eventId: string): string {
  return `${destination}/${eventId}`;
}

function messageIn(message: unknown, destination: string, deliveryId: string): ReceivedMessage {
  const text = (name: string): string | undefined => {
    const value: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const refs = (text('refs') ?? '').split(' ');
  const [round = '', fate] = (refs[0] ?? '').split('/');
  const [eventId, report] = [text('event'), text('report')];
  return {
    destination,
    deliveryId,
    refs,
    round,
    refuse: fate === 'refused' && destination !== 'second' && destination !== BATCHED,
    ...(eventId === undefined ? {} : { eventId }),
    ...(fate === 'undelivered' && report !== undefined ? { reportTo: report } : {}),
  };
}
