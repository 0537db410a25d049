import { isJsonObject, jsonObjectIn, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** The groups of a message's status, as "Response status and error codes" numbers them. */
export const STATUS_GROUPS = { ok: 0, pending: 1, undeliverable: 2, delivered: 3, expired: 4, rejected: 5 } as const;

/** "Rejected, duplicate message id": the same message was sent before. */
export const DUPLICATE_MESSAGE_ID = 23;

/** What became of one message, in an answer or in a delivery report. */
export interface MessageStatus {
  readonly groupId: number;
  readonly id: number;
  readonly name: string;
}

/** The one message of an answer to "Send SMS message"; undefined where the answer does not tell. */
export function messageIn(text: string): { readonly messageId: string; readonly status: MessageStatus } | undefined {
  const messages = jsonObjectIn(text)?.messages;
  const message = Array.isArray(messages) ? messages[0] : undefined;
  if (!isJsonObject(message)) return undefined;
  const status = statusOf(message);
  return status && { messageId: typeof message.messageId === 'string' ? message.messageId : '', status };
}

/** The status of a message; undefined where it has none. */
export function statusOf({ status }: JsonObject): MessageStatus | undefined {
  if (!isJsonObject(status)) return undefined;
  const { groupId, id, name } = status;
  if (typeof groupId !== 'number' || typeof id !== 'number') return undefined;
  return { groupId, id, name: vendorName(name) };
}

/** A name of Infobip's own, such as `REJECTED_DND`; nothing longer or stranger passes. */
export function vendorName(value: Json | undefined): string {
  return typeof value === 'string' && /^[A-Z0-9_]{1,60}$/.test(value) ? value : 'an unnamed status';
}
