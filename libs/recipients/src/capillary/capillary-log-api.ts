import type { CapillaryConnection, CapillaryLogApi } from '@patchbay/core';
import type { Json } from '@patchbay/plugin-sdk';
import { lookupError } from '../http/lookup-failure.js';
import { eventsBaseUrl } from './capillary-event-metrics.js';
import type { CapillaryBounds } from './capillary-client.js';
import type { CapillaryClients } from './capillary-clients.js';

/** A check has time, so a call may wait for the rate limiter. */
const BOUNDS: CapillaryBounds = { timeoutMs: 60_000, retries: 2 };

/** Logs of consumer groups (page "Get events by consumer group ID": `GET /v3/events/consumer-groups/{id}/logs`). */
export class HttpCapillaryLogApi implements CapillaryLogApi {
  constructor(private readonly clients: CapillaryClients) {}

  async page(
    connection: CapillaryConnection,
    consumerGroup: string,
    query: Readonly<Record<string, string>>,
  ): Promise<Json> {
    const path = `/v3/events/consumer-groups/${encodeURIComponent(consumerGroup)}/logs`;
    const call = { method: 'GET', path, baseUrl: eventsBaseUrl(connection.baseUrl), query } as const;
    const body = await this.clients.of(connection).request(call, BOUNDS);
    if (body !== undefined) return body;
    throw lookupError('rejected', connection.section, 'it has no log of this consumer group: check the consumer group');
  }
}
