import type { CapillaryConnection, CapillaryWebhook, CapillaryWebhookApi, JsonObject } from '@patchbay/core';
import { isJsonObject, objectsIn, type Json } from '@patchbay/plugin-sdk';
import { lookupError } from '../http/lookup-failure.js';
import type { CapillaryBounds, CapillaryCall } from './capillary-client.js';
import type { CapillaryClients } from './capillary-clients.js';

const WEBHOOKS = '/v3/webHooks';
const BOUNDS: CapillaryBounds = { timeoutMs: 10_000, retries: 1 };
/** A repeated creation could fail because of the name of the first one. */
const CREATE_BOUNDS: CapillaryBounds = { ...BOUNDS, retries: 0 };

/** Webhooks of Capillary's v3 API (pages "Add webhook" and "Update webhook"). */
export class HttpCapillaryWebhookApi implements CapillaryWebhookApi {
  constructor(private readonly clients: CapillaryClients) {}

  async list(connection: CapillaryConnection): Promise<readonly CapillaryWebhook[]> {
    const data = await this.data(connection, { method: 'GET', path: WEBHOOKS }, BOUNDS);
    if (!Array.isArray(data)) throw unreadable(connection, 'its answer has no list of webhooks');
    return objectsIn(data);
  }

  async create(connection: CapillaryConnection, webhook: JsonObject): Promise<CapillaryWebhook> {
    const data = await this.data(connection, { method: 'POST', path: WEBHOOKS, json: webhook }, CREATE_BOUNDS);
    if (!isJsonObject(data)) throw unreadable(connection, 'its answer has no webhook');
    return data;
  }

  async update(connection: CapillaryConnection, id: string, webhook: JsonObject): Promise<CapillaryWebhook> {
    const data = await this.data(connection, { method: 'PUT', path: pathOf(id), json: webhook }, BOUNDS);
    if (!isJsonObject(data)) throw unreadable(connection, 'its answer has no webhook');
    return data;
  }

  async remove(connection: CapillaryConnection, id: string): Promise<void> {
    await this.clients.of(connection).request({ method: 'DELETE', path: pathOf(id) }, BOUNDS);
  }

  private async data(
    connection: CapillaryConnection,
    call: CapillaryCall,
    bounds: CapillaryBounds,
  ): Promise<Json | undefined> {
    const body = await this.clients.of(connection).request(call, bounds);
    return isJsonObject(body) ? body['data'] : undefined;
  }
}

function pathOf(id: string): string {
  return `${WEBHOOKS}/${encodeURIComponent(id)}`;
}

function unreadable({ section }: CapillaryConnection, what: string): Error {
  return lookupError('transient', section, `${what}: check that baseUrl is Capillary's API`);
}
