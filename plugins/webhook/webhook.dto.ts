import { AnyOf, Field, OneOf, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Login for HTTP Basic (RFC 7617). The username must not contain a colon. */
export class BasicLogin {
  @Field({ label: 'User name', minLength: 1, pattern: /^[^:]*$/ })
  username: string;

  @Field({ label: 'Password', secret: true })
  password: string;
}

/** OAuth 2.0 client credentials (RFC 6749 §4.4). */
export class OAuth2Client {
  @Field({ label: 'Token URL', format: 'uri' })
  tokenUrl: string;

  @Field({ label: 'Client id', minLength: 1 })
  clientId: string;

  @Field({ label: 'Client secret', secret: true, minLength: 1 })
  clientSecret: string;

  @Field({ label: 'Scope', help: 'Names, separated by spaces.', optional: true })
  scope?: string;
}

/** Credentials of a receiver: signing secrets, one login (Basic, bearer or OAuth 2.0), secret headers, or several of them. */
@AnyOf([['signingSecrets'], ['basic'], ['bearer'], ['oauth2'], ['headers']])
@OneOf([['basic'], ['bearer'], ['oauth2'], []])
export class WebhookCredentials {
  @Field({
    label: 'Signing secrets',
    help: 'whsec_ and 24 to 64 bytes in base64. Each secret signs, so that you can rotate secrets without an interruption.',
    optional: true,
    secret: true,
    items: 'string',
    minItems: 1,
    maxItems: 5,
    pattern: /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/,
  })
  signingSecrets?: string[];

  @Field({ label: 'HTTP Basic', optional: true, type: BasicLogin })
  basic?: BasicLogin;

  @Field({ label: 'Bearer token', optional: true, secret: true, pattern: /^[\x21-\x7e]+$/ })
  bearer?: string;

  @Field({ label: 'OAuth 2.0', optional: true, type: OAuth2Client })
  oauth2?: OAuth2Client;

  @Field({
    label: 'Secret headers',
    help: 'Sent with every request, such as x-api-key.',
    optional: true,
    secret: true,
    type: 'record',
    minItems: 1,
    maxItems: 10,
    minLength: 1,
    maxLength: 4_096,
  })
  headers?: Record<string, string>;
}

/** Methods of a request. A GET has no body. */
const METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'] as const;

/** Limits of requests that contain several messages. */
export class WebhookBatch {
  @Field({ label: 'Messages per request', type: 'integer', minimum: 2, maximum: 1_000, default: 100 })
  size = 100;

  @Field({
    label: 'Longest wait',
    help: 'Milliseconds that a message waits for others.',
    type: 'integer',
    minimum: 0,
    maximum: 3_600_000,
    default: 1_000,
  })
  within = 1_000;
}

/** URL and format of the requests. */
export class WebhookSettings {
  @Field({
    label: 'URL',
    help: 'Path and query may have placeholders, such as {id}. The mapping sets their values in "parameters".',
    format: 'uri',
    example: 'https://hooks.example.com/loyalty',
  })
  url: string;

  @Field({ label: 'Method', enum: METHODS, default: 'POST' })
  method: (typeof METHODS)[number] = 'POST';

  @Field({ label: 'Headers', help: 'Sent with every request.', optional: true, type: 'record', maxItems: 30 })
  headers?: Record<string, string>;

  @Field({ label: 'Format', enum: ['json', 'form'], default: 'json' })
  format: 'json' | 'form' = 'json';

  @Field({
    label: 'Batch',
    help: 'Sends several messages in one request, whose body is an array of their bodies.',
    optional: true,
    type: WebhookBatch,
  })
  batch?: WebhookBatch;
}

/** One request: its body, its values for the URL, and headers in addition to the headers in the settings. */
@AnyOf([['body'], ['parameters'], ['query']])
export class WebhookMessage {
  @Field({
    label: 'Body',
    help: 'Any JSON; for the format "form" an object of plain values. Not with the method GET.',
    optional: true,
    type: 'json',
    personal: true,
  })
  body?: Json;

  @Field({
    label: 'Parameters',
    help: 'Value of each placeholder in the URL: text, a number, true or false.',
    optional: true,
    type: 'object',
    personal: true,
    example: { id: 'm-1' },
  })
  parameters?: JsonObject;

  @Field({
    label: 'Query',
    help: 'Pairs to append to the query of the URL: plain values or lists of them. Null is left out.',
    optional: true,
    type: 'object',
    personal: true,
  })
  query?: JsonObject;

  @Field({ label: 'Headers', optional: true, type: 'record', maxItems: 30, maxLength: 4_096, personal: true })
  headers?: Record<string, string>;
}
