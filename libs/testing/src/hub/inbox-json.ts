import type { JsonObject } from '@patchbay/plugin-sdk';
import type { InboxMessage, Sandbox } from '../sandbox/sandbox.js';

/** Headers with credentials. The inbox hides their values, even though the credentials are invented. */
const HIDDEN = new Set(['authorization', 'proxy-authorization', 'cookie']);

/** Returns everything that the vendors received, oldest first, for scripts. */
export function inboxJson(sandboxes: readonly Sandbox[]): JsonObject {
  return {
    vendors: sandboxes.map((sandbox) => ({
      type: sandbox.type,
      label: sandbox.label,
      baseUrl: sandbox.baseUrl,
      received: sandbox.received,
      violations: [...sandbox.violations],
      messages: sandbox.inbox.map(messageJson),
    })),
  };
}

function messageJson(message: InboxMessage): JsonObject {
  const { at, to, subject, text, status, externalId, request } = message;
  return {
    at: new Date(at).toISOString(),
    to,
    subject: subject ?? null,
    text,
    status,
    externalId: externalId ?? null,
    request: {
      method: request.method,
      path: request.path,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HIDDEN.has(name))),
      body: request.text,
    },
  };
}
