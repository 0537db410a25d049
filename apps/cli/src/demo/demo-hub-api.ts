import type { JsonObject } from '@patchbay/core';
import type { HubClient } from '../api/hub-client.js';
import { isJsonObject, objectAt, objectsAt, textAt } from '../api/json-reading.js';
import { refusalOf } from '../api/refusal.js';
import type { AnsweredEvent, DemoDelivery } from './step-result.js';

const BRAND = 'demo';
const SOURCE = 'capillary';

/** Path of the demo's source. */
export const INGEST_PATH = `/v1/ingest/${BRAND}/${SOURCE}`;

/** What the demo asks of its hub. */
export class DemoHubApi {
  constructor(
    private readonly client: HubClient,
    private readonly sourceToken: string,
  ) {}

  /** Sends events as the platform does: alone, or several in one call. */
  async send(events: readonly JsonObject[]): Promise<readonly AnsweredEvent[]> {
    const body = events.length === 1 ? (events[0] ?? {}) : events;
    const answer = await this.client.request('POST', INGEST_PATH, {
      body: Buffer.from(JSON.stringify(body)),
      headers: { 'content-type': 'application/json', 'x-demo-token': this.sourceToken },
    });
    if (answer.status !== 202 || !isJsonObject(answer.body)) {
      throw refusalOf(this.client.address.url, `POST ${INGEST_PATH}`, answer);
    }
    return objectsAt(answer.body, 'events').map((event) => ({
      id: textAt(event, 'id') ?? '',
      type: textAt(event, 'type') ?? '',
      status: textAt(event, 'status') ?? '',
    }));
  }

  /** All deliveries of these events, as they stand now. */
  async deliveries(eventIds: readonly string[]): Promise<readonly DemoDelivery[]> {
    const page = await this.client.get(`/v1/brands/${BRAND}/deliveries`, { limit: '200' });
    return objectsAt(page, 'data')
      .map(readDelivery)
      .filter(({ eventId }) => eventIds.includes(eventId));
  }

  /** What the last attempt of a delivery was told. */
  async lastWord(delivery: DemoDelivery): Promise<string | null> {
    const detail = await this.client.get(`/v1/brands/${BRAND}/deliveries/${delivery.id}`);
    return textAt(objectsAt(detail, 'attempts').at(-1), 'message') ?? delivery.reason;
  }

  /** Why a subscription declined an event by its filter; undefined where it did not. */
  async declined(eventId: string, subscription: string): Promise<string | undefined> {
    const detail = await this.client.get(`/v1/brands/${BRAND}/events/${eventId}`);
    const outcome = objectsAt(detail, 'subscriptions').find((one) => textAt(one, 'name') === subscription);
    const clause = objectAt(outcome, 'clause');
    if (clause === undefined) return undefined;
    const { actual, expected } = clause;
    const wanted = `${textAt(clause, 'operator') ?? ''} ${JSON.stringify(expected)}`;
    return `${textAt(clause, 'path') ?? ''} is ${JSON.stringify(actual)}, and the filter wants ${wanted}`;
  }
}

function readDelivery(delivery: JsonObject): DemoDelivery {
  return {
    id: textAt(delivery, 'id') ?? '',
    eventId: textAt(delivery, 'eventId') ?? '',
    destination: textAt(delivery, 'destination') ?? '',
    subscription: textAt(delivery, 'subscription') ?? '',
    status: textAt(delivery, 'status') ?? '',
    reason: textAt(delivery, 'reason') ?? null,
    downstreamStatus: textAt(delivery, 'downstreamStatus') ?? null,
  };
}
