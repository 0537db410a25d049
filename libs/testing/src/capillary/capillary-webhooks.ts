import { randomUUID } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxAnswer } from '../sandbox/behaviour.js';
import type { SandboxRoute } from '../sandbox/sandbox-definition.js';
import { v3Answer, v3Error, type CapillaryHandler } from './capillary-answers.js';

/** Fields that Capillary's page "Add webhook" requires. */
const REQUIRED = [
  'active',
  'customerIdentifiersToBeEnriched',
  'eventNames',
  'maxAllowedConnections',
  'methodType',
  'name',
  'webHookHeaders',
  'webHookType',
  'webHookUrl',
];

/** Fields that only the answer has, with the values of a new webhook. */
const ADDED: JsonObject = {
  slaInSeconds: 3600,
  noOfRetryAttempts: 0,
  listenToChildEvents: false,
  tillDetailsEnrichmentEnabled: false,
  storeDetailsEnrichmentEnabled: false,
  awardedReferenceEnrichmentEnabled: false,
  availablePointsBalanceEnrichmentEnabled: false,
  attribution: { createdBy: { id: 1 }, createdOn: '2026-01-01T00:00:00Z' },
};

/**
 * Webhooks of the sandbox: `GET` and `POST /v3/webHooks`, `PUT` and `DELETE /v3/webHooks/{webHookId}`, written from the
 * pages "Add webhook" and "Update webhook".
 */
export class CapillaryWebhooks {
  /** Webhooks by id, as the API returns them. Change or delete an entry to act as a person in Capillary's screens. */
  readonly byId = new Map<string, JsonObject>();
  /**
   * Meaning of a field that a `PUT` leaves out, which the documentation does not say: `merge` keeps the old value,
   * `replace` resets it.
   */
  update: 'merge' | 'replace' = 'replace';

  /** @param authorized adds the check of the credentials to a route */
  routes(authorized: (handle: CapillaryHandler) => CapillaryHandler): readonly SandboxRoute[] {
    return [
      {
        name: 'webhooks.list',
        method: 'GET',
        path: '/v3/webHooks',
        handle: authorized(() => v3Answer([...this.byId.values()])),
      },
      {
        name: 'webhooks.create',
        method: 'POST',
        path: '/v3/webHooks',
        handle: authorized((request) => this.create(request.jsonObject() ?? {})),
      },
      {
        name: 'webhooks.update',
        method: 'PUT',
        path: '/v3/webHooks/:id',
        handle: authorized((request) => this.change(request.params['id'] ?? '', request.jsonObject() ?? {})),
      },
      {
        name: 'webhooks.delete',
        method: 'DELETE',
        path: '/v3/webHooks/:id',
        handle: authorized((request) => this.remove(request.params['id'] ?? '')),
      },
    ];
  }

  private create(body: JsonObject): SandboxAnswer {
    const problem = problemOf(body) ?? this.nameProblem(body, undefined);
    if (problem !== undefined) return problem;
    const created = { ...ADDED, ...body, webHookId: randomUUID(), consumerGroupId: randomUUID() };
    this.byId.set(created.webHookId, created);
    return v3Answer(created);
  }

  private change(id: string, body: JsonObject): SandboxAnswer {
    const known = this.byId.get(id);
    if (known === undefined) return v3Error(400, 400, 'webHookId is invalid');
    const { consumerGroupId = null, name = null } = known;
    const before = this.update === 'merge' ? known : { ...ADDED, active: false, eventNames: null, webHookHeaders: {} };
    const changed = { ...before, ...body, webHookId: id, consumerGroupId, name };
    const problem = problemOf(changed) ?? this.nameProblem(changed, id);
    if (problem !== undefined) return problem;
    this.byId.set(id, changed);
    return v3Answer(changed);
  }

  private remove(id: string): SandboxAnswer {
    const known = this.byId.get(id);
    if (known === undefined) return v3Error(400, 400, 'webHookId is invalid');
    this.byId.delete(id);
    return v3Answer(known);
  }

  private nameProblem({ name }: JsonObject, id: string | undefined): SandboxAnswer | undefined {
    const taken = [...this.byId.values()].some((other) => other['name'] === name && other['webHookId'] !== id);
    return taken ? v3Error(400, 300005, 'webhook name already exists') : undefined;
  }
}

function problemOf(body: JsonObject): SandboxAnswer | undefined {
  const { eventNames, maxAllowedConnections, webHookHeaders } = body;
  if (!Array.isArray(eventNames) || eventNames.length === 0) return v3Error(400, 51003, '`eventNames` can not be null');
  if (typeof maxAllowedConnections !== 'number' || maxAllowedConnections < 1) {
    return v3Error(400, 51007, '`maxAllowedConnections` must be greater than zero');
  }
  const missing = REQUIRED.find((field) => isAbsent(body[field]));
  if (missing !== undefined) return v3Error(400, 300004, `missing parameter: ${missing}`);
  return isJsonObject(webHookHeaders) ? undefined : v3Error(400, 300004, 'webHookHeaders is invalid');
}

function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null;
}
