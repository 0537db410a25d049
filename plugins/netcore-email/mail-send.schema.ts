import type { JsonObject } from '@patchbay/plugin-sdk';

/*
 * Body of `POST /v5.1/mail/send`, written by hand from Netcore's "Send Mail" and the models of its official SDKs. Only
 * the sandbox uses this schema.
 */

const text: JsonObject = { type: 'string', minLength: 1 };
const line: JsonObject = { type: 'string', minLength: 1, pattern: '^[^\\r\\n]*$' };
const flag: JsonObject = { type: 'boolean' };
const attachments: JsonObject = { type: 'array', items: object({ name: text, content: text }, ['name', 'content']) };
const people: JsonObject = { type: 'array', minItems: 1, items: object({ email: line, name: line }, ['email']) };
const addresses: JsonObject = { type: 'array', items: object({ email: line }, ['email']) };

/** Schema of the documented properties; all other properties are violations. */
export const MAIL_SEND: JsonObject = object(
  {
    from: object({ email: line, name: line }, ['email']),
    reply_to: line,
    subject: line,
    content: {
      type: 'array',
      minItems: 1,
      items: object({ type: { enum: ['html', 'amp'] }, value: text }, ['type', 'value']),
    },
    template_id: { type: 'integer' },
    attachments,
    personalizations: {
      type: 'array',
      minItems: 1,
      items: object(
        {
          to: people,
          cc: addresses,
          bcc: addresses,
          attributes: { type: 'object', additionalProperties: { type: 'string' } },
          token_to: text,
          token_cc: text,
          token_bcc: text,
          headers: { type: 'object', additionalProperties: text },
          attachments,
        },
        ['to'],
      ),
    },
    settings: object({ footer: flag, clicktrack: flag, opentrack: flag, unsubscribe: flag, hepf: flag, bcc: text }),
    tags: { type: 'array', items: text },
    lint_payload: flag,
    schedule: { type: 'integer' },
    bcc: addresses,
  },
  ['from', 'personalizations'],
);

function object(properties: Record<string, JsonObject>, required: string[] = []): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false };
}
