import type { JsonObject } from '@patchbay/plugin-sdk';

/*
 * Body of `POST /v3/mail/send`, written by hand from SendGrid's API reference "Mail Send" and its page "Errors". Only
 * the sandbox uses this schema.
 */

const text: JsonObject = { type: 'string', minLength: 1 };
const line: JsonObject = { type: 'string', minLength: 1, pattern: '^[^\\r\\n]*$' };
const address: JsonObject = object({ email: line, name: { type: 'string', pattern: '^[^\\r\\n]*$' } }, ['email']);
const addresses: JsonObject = { type: 'array', minItems: 1, maxItems: 1_000, items: address };
const flag: JsonObject = object({ enable: { type: 'boolean' } }, ['enable']);
const textByName: JsonObject = { type: 'object', additionalProperties: { type: 'string' } };

/** Schema of the properties in "Mail Send"; all other properties are violations. */
export const MAIL_SEND: JsonObject = object(
  {
    personalizations: {
      type: 'array',
      minItems: 1,
      maxItems: 1_000,
      items: object(
        {
          from: address,
          to: addresses,
          cc: addresses,
          bcc: addresses,
          subject: line,
          headers: textByName,
          substitutions: textByName,
          dynamic_template_data: { type: 'object' },
          custom_args: textByName,
          send_at: { type: 'integer' },
        },
        ['to'],
      ),
    },
    from: address,
    reply_to: address,
    reply_to_list: addresses,
    subject: line,
    content: { type: 'array', minItems: 1, items: object({ type: text, value: text }, ['type', 'value']) },
    attachments: {
      type: 'array',
      items: object({ content: text, type: text, filename: text, disposition: text, content_id: text }, [
        'content',
        'filename',
      ]),
    },
    template_id: text,
    headers: textByName,
    categories: { type: 'array', maxItems: 10, uniqueItems: true, items: { type: 'string', maxLength: 255 } },
    custom_args: textByName,
    send_at: { type: 'integer' },
    batch_id: text,
    asm: object(
      {
        group_id: { type: 'integer' },
        groups_to_display: { type: 'array', maxItems: 25, items: { type: 'integer' } },
      },
      ['group_id'],
    ),
    ip_pool_name: { type: 'string', minLength: 2, maxLength: 64 },
    mail_settings: object({
      bypass_list_management: flag,
      bypass_spam_management: flag,
      bypass_bounce_management: flag,
      bypass_unsubscribe_management: flag,
      footer: { type: 'object' },
      sandbox_mode: flag,
    }),
    tracking_settings: { type: 'object' },
  },
  ['personalizations', 'from'],
);

function object(properties: JsonObject, required: string[] = []): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false };
}
