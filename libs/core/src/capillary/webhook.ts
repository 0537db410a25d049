import { isJsonObject, textOf, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Webhook as Capillary should have it. */
export interface DesiredWebhook {
  readonly name: string;
  readonly url: string;
  /** Sorted, at least one. */
  readonly eventNames: readonly string[];
  /** Header with the secret of the source. */
  readonly header: { readonly name: string; readonly value: string };
}

/** Webhook as Capillary's API returns it. The hub keeps every field, and writes back the fields that it does not manage. */
export type CapillaryWebhook = JsonObject;

/** Fields of a webhook that the hub manages. */
export const WEBHOOK_FIELDS = ['active', 'url', 'method', 'type', 'eventNames', 'header'] as const;
/** One of {@link WEBHOOK_FIELDS}. */
export type WebhookField = (typeof WEBHOOK_FIELDS)[number];

/** Values of a webhook, as far as the hub manages them. Contains no secret. */
export interface WebhookState {
  readonly active: boolean;
  readonly url: string;
  readonly method: string;
  readonly type: string;
  /** Sorted. */
  readonly eventNames: readonly string[];
}

/** Difference between two states of a webhook. Contains no secret. */
export interface WebhookChange {
  readonly field: WebhookField;
  readonly before: string | null;
  readonly after: string | null;
  /** Event types that are added or removed. Left out for other fields. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/** Number of parallel calls of a new webhook. A person can change it in Capillary; the hub keeps the value. */
const CONNECTIONS = 10;

/** Returns the webhook's id. Undefined if the answer of Capillary lacks it. */
export function webhookId(webhook: CapillaryWebhook): string | undefined {
  return textOf(webhook['webHookId']);
}

/** Returns the state that a webhook should have. */
export function desiredState({ url, eventNames }: DesiredWebhook): WebhookState {
  return { active: true, url, method: 'POST', type: 'HTTP', eventNames };
}

/** Returns the state that a webhook of Capillary has. */
export function stateOf(webhook: CapillaryWebhook): WebhookState {
  const { active, webHookUrl, methodType, webHookType, eventNames } = webhook;
  const names = Array.isArray(eventNames) ? eventNames.filter((name) => typeof name === 'string') : [];
  return {
    active: active === true,
    url: textOf(webHookUrl) ?? '',
    method: textOf(methodType) ?? '',
    type: textOf(webHookType) ?? '',
    eventNames: names.toSorted(),
  };
}

/**
 * Returns the object to write: every field of the existing webhook, with the managed fields changed. Capillary's
 * documentation does not say if a `PUT` merges or replaces.
 */
export function webhookToWrite(desired: DesiredWebhook, existing: CapillaryWebhook | undefined): JsonObject {
  const { name, url, eventNames, header } = desired;
  const { webHookHeaders, ...kept } = existing ?? {
    customerIdentifiersToBeEnriched: [],
    maxAllowedConnections: CONNECTIONS,
  };
  const headers = Object.entries(isJsonObject(webHookHeaders) ? webHookHeaders : {}).filter(
    ([known]) => known.toLowerCase() !== header.name,
  );
  return {
    ...kept,
    name: textOf(kept['name']) ?? name,
    active: true,
    webHookUrl: url,
    methodType: 'POST',
    webHookType: 'HTTP',
    eventNames: [...eventNames],
    webHookHeaders: { ...Object.fromEntries(headers), [header.name]: header.value },
  };
}

/** Compares two states of a webhook. */
export function diffStates(before: WebhookState | undefined, after: WebhookState): readonly WebhookChange[] {
  const changes: WebhookChange[] = [];
  for (const field of ['active', 'url', 'method', 'type'] as const) {
    const [was, is] = [before === undefined ? null : String(before[field]), String(after[field])];
    if (was !== is) changes.push({ field, before: was, after: is });
  }
  const [was, is] = [before?.eventNames ?? [], after.eventNames];
  const added = is.filter((name) => !was.includes(name));
  const removed = was.filter((name) => !is.includes(name));
  if (added.length > 0 || removed.length > 0) {
    const listed = before === undefined ? null : was.join(', ');
    changes.push({ field: 'eventNames', before: listed, after: is.join(', '), added, removed });
  }
  return changes;
}

/** Text that stands for a secret in a change. */
const SECRET = 'secret';

/**
 * Compares a webhook of Capillary with the desired one. Headers are compared without showing their values. Capillary may
 * mask the values of headers, so a value that consists of asterisks counts as equal.
 * @param existing undefined if Capillary has no such webhook
 */
export function diffWebhook(existing: CapillaryWebhook | undefined, desired: DesiredWebhook): readonly WebhookChange[] {
  const changes = diffStates(existing === undefined ? undefined : stateOf(existing), desiredState(desired));
  const header = headerChange(existing, desired.header);
  return header === undefined ? changes : [...changes, header];
}

/** Compares the header with the secret. Undefined if the header is as desired, or if Capillary masks it. */
export function headerChange(
  existing: CapillaryWebhook | undefined,
  { name, value }: DesiredWebhook['header'],
): WebhookChange | undefined {
  const field = 'header';
  if (existing === undefined) return { field, before: null, after: `${name}: new ${SECRET}` };
  const found = headerIn(existing['webHookHeaders'], name);
  if (found === undefined) return { field, before: null, after: `${name}: ${SECRET}` };
  if (found === value || /^\*+$/.test(found)) return undefined;
  return { field, before: `${name}: another ${SECRET}`, after: `${name}: ${SECRET}` };
}

function headerIn(headers: Json | undefined, name: string): string | undefined {
  const entries = Object.entries(isJsonObject(headers) ? headers : {});
  const value = entries.find(([known]) => known.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
