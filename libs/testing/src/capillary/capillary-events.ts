import { isJsonObject, textOf, type JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxAnswer } from '../sandbox/behaviour.js';
import type { SandboxRoute } from '../sandbox/sandbox-definition.js';
import type { SandboxRequest } from '../sandbox/sandbox-request.js';
import { realTime } from '../sandbox/real-time.js';
import { v3Answer, type CapillaryHandler } from './capillary-answers.js';
import type { CapillaryWebhooks } from './capillary-webhooks.js';

/** State of an event for one webhook. The names are invented, because the documentation names no values. */
export type CapillaryDeliveryStatus = 'DELIVERED' | 'FAILED' | 'RETRYING' | 'PENDING';

/** Entry in the log of a consumer group. */
export interface CapillaryLogEntry {
  readonly event: JsonObject;
  readonly status: CapillaryDeliveryStatus;
  /** HTTP status of the last response; null without a response. */
  readonly httpStatus: number | null;
  /** Time at which Capillary stored the event, in milliseconds since the epoch. */
  readonly at: number;
}

/** Call of a webhook for one event. */
export interface EmittedCall {
  readonly webHookId: string;
  /** HTTP status of the response; null if the receiver was not reached. */
  readonly status: number | null;
}

const PAGE_SIZE = 100;

/**
 * Form of a log. The documentation does not name the fields and the paging of a log, so the sandbox has two forms with
 * invented names. `numbered`: numbered pages of ids and states. `cursor`: a cursor, other names, and the whole event as
 * JSON in a text. Clients must not depend on one of them without a setting.
 */
export type CapillaryLogForm = 'numbered' | 'cursor';

/** `platform.capillary.logs` for each form of a log. */
export const CAPILLARY_LOGS: Readonly<Record<CapillaryLogForm, JsonObject>> = {
  numbered: {
    entries: 'data.content',
    fields: { id: 'eventId', type: 'eventName', time: 'eventTime', status: 'status' },
    waiting: ['RETRYING', 'PENDING'],
    page: { parameter: 'page', first: 0 },
    size: { parameter: 'size', entries: 100 },
    range: { from: 'startDate', to: 'endDate' },
  },
  cursor: {
    entries: 'result.records',
    fields: { id: 'event.id', type: 'event.type', time: 'loggedOn', status: 'state', payload: 'event.body' },
    waiting: ['retrying', 'pending'],
    cursor: { parameter: 'after', next: 'result.next' },
    size: { parameter: 'limit', entries: 100 },
    range: { from: 'since', to: 'until' },
  },
};

/** Event notifications of the sandbox: calls of webhooks, and the log and metrics of each consumer group. */
export class CapillaryEvents {
  /** Log by consumer group id, oldest entry first. Add entries to fake events that no webhook received. */
  readonly logs = new Map<string, CapillaryLogEntry[]>();
  logForm: CapillaryLogForm = 'numbered';

  constructor(private readonly webhooks: CapillaryWebhooks) {}

  /**
   * Sends an event to every active webhook that lists its type, with the headers of the webhook, and logs the outcome.
   * After 400, Capillary drops an event for good. After all other failures, Capillary would retry; call this function
   * again for a retry.
   */
  async emit(event: JsonObject): Promise<readonly EmittedCall[]> {
    const name = textOf(event['eventName']) ?? '';
    const receivers = [...this.webhooks.byId.values()].filter(({ active, eventNames }) => {
      return active === true && Array.isArray(eventNames) && eventNames.includes(name);
    });
    return Promise.all(receivers.map((webhook) => this.call(webhook, event)));
  }

  /**
   * Logs events that Capillary dropped for good, because a proxy answered its calls with 400. The events belong to the first
   * webhook, and to the time in their `createdAt`.
   */
  drop(events: readonly JsonObject[]): void {
    const [webhook] = this.webhooks.byId.values();
    if (webhook === undefined) throw new Error('The sandbox has no webhook. Register one before events are dropped.');
    for (const event of events) this.log(webhook, event, 400);
  }

  /** @param authorized adds the check of the credentials to a route */
  routes(authorized: (handle: CapillaryHandler) => CapillaryHandler): readonly SandboxRoute[] {
    return [
      {
        name: 'logs',
        method: 'GET',
        path: '/v3/events/consumer-groups/:group/logs',
        handle: authorized((request) => this.logPage(request)),
      },
      {
        name: 'metrics',
        method: 'GET',
        path: '/v3/events/consumer-groups/:group/metrics',
        handle: authorized((request) => this.metrics(request)),
      },
    ];
  }

  private async call(webhook: JsonObject, event: JsonObject): Promise<EmittedCall> {
    const text = (field: string): string => textOf(webhook[field]) ?? '';
    const { webHookHeaders } = webhook;
    const headers = Object.entries(isJsonObject(webHookHeaders) ? webHookHeaders : {}).flatMap(
      ([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []),
    );
    const status = await fetch(text('webHookUrl'), {
      method: text('methodType'),
      headers: [['content-type', 'application/json'], ...headers],
      body: JSON.stringify(event),
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => null,
    );
    this.log(webhook, event, status);
    return { webHookId: text('webHookId'), status };
  }

  private log(webhook: JsonObject, event: JsonObject, httpStatus: number | null): void {
    const group = textOf(webhook['consumerGroupId']) ?? '';
    const log = this.logs.get(group) ?? [];
    log.push({ event, status: stateAfter(httpStatus), httpStatus, at: createdAt(event) });
    this.logs.set(group, log);
  }

  private logPage(request: SandboxRequest): SandboxAnswer {
    return this.logForm === 'cursor' ? this.cursorPage(request) : this.numberedPage(request);
  }

  private numberedPage(request: SandboxRequest): SandboxAnswer {
    const page = Number(request.query.get('page') ?? 0);
    const size = Number(request.query.get('size') ?? PAGE_SIZE);
    const type = request.query.get('eventType');
    const entries = this.entries(request, range(request)).filter(
      ({ event }) => type === null || event['eventName'] === type,
    );
    const content = entries.slice(page * size, (page + 1) * size).map(({ event, status, httpStatus, at }) => {
      const { eventId = null, eventName = null, apiRequestId = null } = event;
      return { eventId, eventName, requestId: apiRequestId, status, httpStatus, eventTime: at };
    });
    return v3Answer({ content, page, size, totalElements: entries.length });
  }

  private cursorPage(request: SandboxRequest): SandboxAnswer {
    const after = Number(request.query.get('after') ?? 0);
    const end = after + Number(request.query.get('limit') ?? PAGE_SIZE);
    const entries = this.entries(request, range(request, 'since', 'until'));
    const records = entries.slice(after, end).map(({ event, status, at }) => ({
      event: { id: event['eventId'] ?? null, type: event['eventName'] ?? null, body: JSON.stringify(event) },
      state: status.toLowerCase(),
      loggedOn: new Date(at).toISOString(),
    }));
    return { status: 200, body: { result: { records, next: end < entries.length ? String(end) : null } } };
  }

  private metrics(request: SandboxRequest): SandboxAnswer {
    const { from, to } = range(request);
    const entries = this.entries(request, { from, to });
    const count = (status: CapillaryDeliveryStatus): number => entries.filter((one) => one.status === status).length;
    return v3Answer({
      totalEvents: entries.length,
      deliveredEvents: count('DELIVERED'),
      failedEvents: count('FAILED'),
      retryingEvents: count('RETRYING'),
      pendingEvents: count('PENDING'),
      startDate: from,
      endDate: to,
    });
  }

  private entries(request: SandboxRequest, { from, to }: TimeRange): readonly CapillaryLogEntry[] {
    const log = this.logs.get(request.params['group'] ?? '') ?? [];
    return log.filter(({ at }) => at >= from && at < to);
  }
}

/** Time range in milliseconds since the epoch. */
interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Returns the requested time range, by default the last 30 days. */
function range({ query }: SandboxRequest, start = 'startDate', end = 'endDate'): TimeRange {
  const now = realTime();
  return { from: Number(query.get(start) ?? now - 30 * 86_400_000), to: Number(query.get(end) ?? now + 1) };
}

function createdAt({ createdAt: at }: JsonObject): number {
  return typeof at === 'number' ? at : realTime();
}

function stateAfter(status: number | null): CapillaryDeliveryStatus {
  if (status !== null && status >= 200 && status <= 299) return 'DELIVERED';
  return status === 400 ? 'FAILED' : 'RETRYING';
}
