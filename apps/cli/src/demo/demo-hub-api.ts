import type { JsonObject } from '@patchbay/core';
import type { HubClient } from '../api/hub-client.js';
import { isJsonObject, objectAt, objectsAt, textAt } from '../api/json-reading.js';
import { refusalOf } from '../api/refusal.js';
import type { AnsweredEvent, DemoDelivery } from './step-result.js';

/** Brand of the demo, with the credentials of its source. */
export interface DemoSource {
  readonly brand: string;
  /** Name of the header that carries the token. */
  readonly header: string;
  readonly token: string;
}

/** Returns the ingest path of a brand's source. */
export function ingestPath({ brand }: Pick<DemoSource, 'brand'>): string {
  return `/v1/ingest/${brand}/capillary`;
}

/** Client of the hub for one brand of the demo. */
export class DemoHubApi {
  private readonly ingestPath: string;
  private readonly brandPath: string;

  constructor(
    private readonly client: HubClient,
    private readonly source: DemoSource,
  ) {
    this.ingestPath = ingestPath(source);
    this.brandPath = `/v1/brands/${source.brand}`;
  }

  /** Sends events in one request, as the platform does: one event as an object, several events as an array. */
  async send(events: readonly JsonObject[]): Promise<readonly AnsweredEvent[]> {
    const body = events.length === 1 ? (events[0] ?? {}) : events;
    const answer = await this.client.request('POST', this.ingestPath, {
      body: Buffer.from(JSON.stringify(body)),
      headers: { 'content-type': 'application/json', [this.source.header]: this.source.token },
    });
    if (answer.status !== 202 || !isJsonObject(answer.body)) {
      throw refusalOf(this.client.address.url, `POST ${this.ingestPath}`, answer);
    }
    return objectsAt(answer.body, 'events').map((event) => ({
      id: textAt(event, 'id') ?? '',
      type: textAt(event, 'type') ?? '',
      status: textAt(event, 'status') ?? '',
    }));
  }

  /** Fetches all deliveries of these events. */
  async deliveries(eventIds: readonly string[]): Promise<readonly DemoDelivery[]> {
    const page = await this.client.get(`${this.brandPath}/deliveries`, { limit: '200' });
    return objectsAt(page, 'data')
      .map(readDelivery)
      .filter(({ eventId }) => eventIds.includes(eventId));
  }

  /**
   * Fetches the vendor's message of a delivery's last attempt. Returns the reason of the delivery if there is no such
   * message.
   */
  async lastAttemptMessage(delivery: DemoDelivery): Promise<string | null> {
    const detail = await this.client.get(`${this.brandPath}/deliveries/${delivery.id}`);
    return textAt(objectsAt(detail, 'attempts').at(-1), 'message') ?? delivery.reason;
  }

  /**
   * Returns the reason why the filter of a subscription rejected an event. Undefined if the filter did not reject it.
   */
  async declined(eventId: string, subscription: string): Promise<string | undefined> {
    const detail = await this.client.get(`${this.brandPath}/events/${eventId}`);
    const outcome = objectsAt(detail, 'subscriptions').find((one) => textAt(one, 'name') === subscription);
    const clause = objectAt(outcome, 'clause');
    if (clause === undefined) return undefined;
    const { actual, expected } = clause;
    const condition = `${textAt(clause, 'operator') ?? ''} ${JSON.stringify(expected)}`;
    return `${textAt(clause, 'path') ?? ''} is ${JSON.stringify(actual)}, but the filter requires ${condition}`;
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
    vendorStatus: textAt(delivery, 'vendorStatus') ?? null,
  };
}
