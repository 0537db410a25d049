import type { CapillaryConnection, CapillaryCounts, CapillaryEventMetrics } from '@patchbay/core';
import { isJsonObject, type Json } from '@patchbay/plugin-sdk';
import { lookupError } from '../http/lookup-failure.js';
import type { CapillaryBounds } from './capillary-client.js';
import type { CapillaryClients } from './capillary-clients.js';

/** The comparison has time, so a call may wait for the rate limiter. */
const BOUNDS: CapillaryBounds = { timeoutMs: 60_000, retries: 2 };

/** Metrics of consumer groups (page "Get event metrics": `GET /v3/events/consumer-groups/{id}/metrics`). */
export class HttpCapillaryEventMetrics implements CapillaryEventMetrics {
  constructor(private readonly clients: CapillaryClients) {}

  async counts(
    connection: CapillaryConnection,
    consumerGroup: string,
    from: number,
    to: number,
  ): Promise<CapillaryCounts> {
    const path = `/v3/events/consumer-groups/${encodeURIComponent(consumerGroup)}/metrics`;
    const query = { startDate: String(from), endDate: String(to) };
    const call = { method: 'GET', path, baseUrl: eventsBaseUrl(connection.baseUrl), query } as const;
    const body = await this.clients.of(connection).request(call, BOUNDS);
    const data = isJsonObject(body) ? body['data'] : undefined;
    const read = (field: string): number => countIn(isJsonObject(data) ? data[field] : undefined, connection, field);
    return {
      total: read('totalEvents'),
      delivered: read('deliveredEvents'),
      failed: read('failedEvents'),
      retrying: read('retryingEvents'),
      pending: read('pendingEvents'),
    };
  }
}

/**
 * Returns the base URL of the API of consumer groups. Capillary documents it at `{cluster}.intouch.capillarytech.com`, and
 * the other APIs at `{cluster}.api.capillarytech.com`. Other addresses, such as a sandbox, serve both.
 */
export function eventsBaseUrl(baseUrl: string): string {
  return baseUrl.replace(/\.api\.capillarytech\.com$/, '.intouch.capillarytech.com');
}

/** Returns a count. A missing count must not look like 0, because nothing would then seem to be missing. */
function countIn(value: Json | undefined, { section }: CapillaryConnection, field: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw lookupError('transient', section, `its answer has no count ${field}: check that baseUrl is Capillary's API`);
}
