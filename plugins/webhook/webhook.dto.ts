import { AnyOf, Field, OneOf, type Json } from '@patchbay/plugin-sdk';

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

/** Credentials of a receiver: signing secrets, one login (Basic, bearer or OAuth 2.0), or both. */
@AnyOf([['signingSecrets'], ['basic'], ['bearer'], ['oauth2']])
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
}

/** URL and format of the requests. */
export class WebhookSettings {
  @Field({ label: 'URL', format: 'uri', example: 'https://hooks.example.com/loyalty' })
  url: string;

  @Field({ label: 'Method', enum: ['POST', 'PUT', 'PATCH'], default: 'POST' })
  method: 'POST' | 'PUT' | 'PATCH' = 'POST';

  @Field({ label: 'Headers', help: 'Sent with every request.', optional: true, type: 'record', maxItems: 30 })
  headers?: Record<string, string>;

  @Field({ label: 'Format', enum: ['json', 'form'], default: 'json' })
  format: 'json' | 'form' = 'json';
}

/** Body of a request, and headers in addition to the headers in the settings. */
export class WebhookMessage {
  @Field({
    label: 'Body',
    help: 'Any JSON; for the format "form" an object of plain values.',
    type: 'json',
    personal: true,
  })
  body: Json;

  @Field({ label: 'Headers', optional: true, type: 'record', maxItems: 30, maxLength: 4_096, personal: true })
  headers?: Record<string, string>;
}
