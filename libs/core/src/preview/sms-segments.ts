import { smsSize, smsText, type JsonObject, type SmsSize } from '@patchbay/plugin-sdk';

/** Fields in which SMS plugins expect the text of a message. */
const TEXT_FIELDS = ['body', 'text'];

/** Size of the text of an SMS, as the vendor sends it. */
export interface SmsSegments extends SmsSize {
  /** Field of the message that contains the text. */
  readonly field: string;
}

/**
 * Counts the segments of a rendered SMS. Applies the settings `maxSegments` and `unsubscribeText` of the destination, as
 * the plugin does. Null if the message has no text, such as a message by a template of the vendor.
 */
export function smsSegments(message: JsonObject, settings: JsonObject): SmsSegments | null {
  for (const field of TEXT_FIELDS) {
    const text = message[field];
    if (typeof text === 'string') return { field, ...smsSize(smsText(text, textSettings(settings))) };
  }
  return null;
}

function textSettings({ maxSegments, unsubscribeText }: JsonObject): Parameters<typeof smsText>[1] {
  return {
    ...(typeof maxSegments === 'number' ? { maxSegments } : {}),
    ...(typeof unsubscribeText === 'string' ? { unsubscribeText } : {}),
  };
}
