import type { Answer, Entry } from '@patchbay/client';
import { isMembers } from '../../lib/merge-patch';

/** Event with the outcome for each subscription. */
export type FirstEvent = Answer<'/v1/brands/{brand}/events/{id}'>;

type EventSummary = Entry<'/v1/brands/{brand}/events'>;

/** Progress of the first event: what the hub knows of it. */
export type Stage = 'waiting' | 'quarantined' | 'notMatched' | 'sending' | 'held' | 'delivered' | 'failed' | 'notSent';

/** Returns the event to follow: the newest delivered event, else the newest event with an outcome, else the newest. */
export function eventToFollow(events: readonly EventSummary[]): EventSummary | undefined {
  return (
    events.find(({ outcome }) => outcome.delivered > 0) ??
    events.find(({ outcome }) => outcome.delivered + outcome.failed + outcome.waiting + outcome.notSent > 0) ??
    events[0]
  );
}

/** Returns the progress of an event for a subscription. */
export function stageOf(event: FirstEvent | undefined, subscription: string): Stage {
  if (event === undefined) return 'waiting';
  if (event.status === 'quarantined') return 'quarantined';
  const outcome = event.subscriptions.find(({ name }) => name === subscription);
  if (outcome?.outcome !== 'matched') return 'notMatched';
  switch (outcome.delivery?.status) {
    case 'succeeded':
      return 'delivered';
    case 'dead':
    case 'unconfirmed':
      return 'failed';
    case 'held':
      return 'held';
    case 'suppressed':
    case 'superseded':
    case 'merged':
    case 'cancelled':
      return 'notSent';
    case 'scheduled':
    case undefined:
      return 'sending';
  }
}

/**
 * Returns the function that makes an invented event with an id, as its source would send it. Null for adapters whose
 * format the console does not know.
 */
export function sampleOf(adapter: string, type: string, data: unknown): ((id: string) => object) | null {
  if (adapter === 'capillary') {
    return (id) => ({ eventName: type, eventId: id, orgId: 0, refId: id, apiRequestId: id, data });
  }
  if (adapter === 'cloudevents') return (id) => ({ specversion: '1.0', id, source: '/sample', type, data });
  return null;
}

/** Id of an invented customer who has neither a phone number nor an e-mail address. */
export const UNREACHABLE_CUSTOMER = '700100299';

/** Returns an event for a customer who cannot get a message. Null if the event names its customer otherwise. */
export function unreachable(event: object): object | null {
  const data = isMembers(event) ? event['data'] : undefined;
  if (!isMembers(data) || !isMembers(data['customerIdentifiers'])) return null;
  return { ...event, data: { ...data, customerIdentifiers: { customerId: Number(UNREACHABLE_CUSTOMER) } } };
}

/** Returns the command that posts an event. The secret is a variable, because the console does not show it again. */
export function curlCommand(url: string, header: string, body: object): string {
  const value = header.toLowerCase() === 'authorization' ? 'Bearer $SECRET' : '$SECRET';
  const text = JSON.stringify(body).replaceAll("'", String.raw`'\''`);
  return `curl -X POST '${url}' -H "${header}: ${value}" -H 'content-type: application/json' -d '${text}'`;
}
