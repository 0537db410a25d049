import type { JsonObject } from '@patchbay/core';
import { apiPath } from '../api/api-path.js';
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

/** Name of the source in the brands of the demo. */
const SOURCE = 'capillary';

/** Returns the ingest path of a brand's source. */
export function ingestPath({ brand }: Pick<DemoSource, 'brand'>): string {
  return `/v1/ingest/${brand}/${SOURCE}`;
}

/** Client of the hub for one brand of the demo. */
export class DemoHubApi {
  constructor(
    private readonly client: HubClient,
    private readonly source: DemoSource,
  ) {}

  /** Sends events in one request, as the platform does: one event as an object, several events as an array. */
  async send(events: readonly JsonObject[]): Promise<readonly AnsweredEvent[]> {
    const body = events.length === 1 ? (events[0] ?? {}) : events;
    const path = apiPath('/v1/ingest/{brand}/{source}', { brand: this.source.brand, source: SOURCE });
    const answer = await this.client.request('post', path, {
      body: Buffer.from(JSON.stringify(body)),
      headers: { 'content-type': 'application/json', [this.source.header]: this.source.token },
    });
    if (answer.status !== 202 || !isJsonObject(answer.body)) {
      throw refusalOf(this.client.address.url, `POST ${path.template}`, answer);
    }
    return objectsAt(answer.body, 'events').map((event) => ({
      id: textAt(event, 'id') ?? '',
      type: textAt(event, 'type') ?? '',
      status: textAt(event, 'status') ?? '',
    }));
  }

  /** Fetches all deliveries of these events. */
  async deliveries(eventIds: readonly string[]): Promise<readonly DemoDelivery[]> {
    const page = await this.client.get(apiPath('/v1/brands/{brand}/deliveries', { brand: this.source.brand }), {
      limit: '200',
    });
    return objectsAt(page, 'data')
      .map(readDelivery)
      .filter(({ eventId }) => eventIds.includes(eventId));
  }

  /**
   * Fetches the vendor's message of a delivery's last attempt. Returns the reason of the delivery if there is no such
   * message.
   */
  async lastAttemptMessage(delivery: DemoDelivery): Promise<string | null> {
    const names = { brand: this.source.brand, id: delivery.id };
    const detail = await this.client.get(apiPath('/v1/brands/{brand}/deliveries/{id}', names));
    return textAt(objectsAt(detail, 'attempts').at(-1), 'message') ?? delivery.reason;
  }

  /**
   * Returns the reason why the filter of a subscription rejected an event. Undefined if the filter did not reject it.
   */
  async declined(eventId: string, subscription: string): Promise<string | undefined> {
    const names = { brand: this.source.brand, id: eventId };
    const detail = await this.client.get(apiPath('/v1/brands/{brand}/events/{id}', names));
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
