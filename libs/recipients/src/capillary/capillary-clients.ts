import type { CapillaryConnection } from '@patchbay/core';
import type { HttpClient } from '@patchbay/plugin-sdk';
import { CapillaryClient } from './capillary-client.js';

/** Maximum number of clients in memory. Without the limit, each change of a secret would keep one more client. */
const MAX_CLIENTS = 1_000;

/**
 * Clients of Capillary's APIs, one per connection. Everything that calls Capillary for a brand shares the token, the
 * rate limit and the circuit breaker of its client. Each process counts its own calls.
 */
export class CapillaryClients {
  private readonly clients = new Map<string, CapillaryClient>();

  /**
   * @param http client with the egress guard; its time limit is an upper limit of every call
   */
  constructor(private readonly http: HttpClient) {}

  /** Returns the client of a connection. Equal connections share a client. */
  of({ section, baseUrl, auth, ratePerMinute }: CapillaryConnection): CapillaryClient {
    const connection = { section, baseUrl, auth, ratePerMinute };
    const key = JSON.stringify(connection);
    const client = this.clients.get(key) ?? new CapillaryClient(connection, this.http);
    // The client that was not used for the longest time is the first in the map.
    this.clients.delete(key);
    this.clients.set(key, client);
    const [oldest] = this.clients.keys();
    if (this.clients.size > MAX_CLIENTS && oldest !== undefined) this.clients.delete(oldest);
    return client;
  }
}
