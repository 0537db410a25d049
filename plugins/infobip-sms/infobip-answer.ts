import { isJsonObject, jsonObjectIn, objectsIn, textOf, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Groups of a message's status, with their numbers on the page "Response status and error codes". */
export const STATUS_GROUPS = { ok: 0, pending: 1, undeliverable: 2, delivered: 3, expired: 4, rejected: 5 } as const;

/** Status "Rejected, duplicate message id": a message with the same id was sent before. */
export const DUPLICATE_MESSAGE_ID = 23;

/** Status of one message, in a response or in a delivery report. */
export interface MessageStatus {
  readonly groupId: number;
  readonly id: number;
  readonly name: string;
}

/** Returns the only message in a response to "Send SMS message"; undefined if the response has no message. */
export function messageIn(text: string): { readonly messageId: string; readonly status: MessageStatus } | undefined {
  const [message] = objectsIn(jsonObjectIn(text)?.messages);
  const status = message && statusOf(message);
  return status && { messageId: textOf(message.messageId) ?? '', status };
}

/** Returns the status of a message; undefined if the message has no status. */
export function statusOf({ status }: JsonObject): MessageStatus | undefined {
  if (!isJsonObject(status)) return undefined;
  const { groupId, id, name } = status;
  if (typeof groupId !== 'number' || typeof id !== 'number') return undefined;
  return { groupId, id, name: vendorName(name) };
}

/** Returns a status name of Infobip's own, such as `REJECTED_DND`. Any other text is replaced by a fixed text. */
export function vendorName(value: Json | undefined): string {
  return typeof value === 'string' && /^[A-Z0-9_]{1,60}$/.test(value) ? value : 'an unnamed status';
}
