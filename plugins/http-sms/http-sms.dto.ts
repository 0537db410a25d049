import { AnyOf, Field, type Json, MAX_SEGMENTS, OneOf, TO_PHONE, UNSUBSCRIBE_TEXT } from '@patchbay/plugin-sdk';

const PLACEHOLDERS =
  'Placeholders: {{ to }}, {{ toDigits }}, {{ toNational }}, {{ body }}, {{ deliveryId }}, {{ callbackUrl }}, ' +
  '{{ secrets.NAME }}, {{ extra.NAME }}.';
const PATH = /^(status|headers|body|words)(\.[^.\s]+)*$/;
const CALLBACK_PATH = /^(query|body|words)(\.[^.\s]+)*$/;

/** Credentials for the gateway. The values of headers and secrets are secret; their names are not. */
@AnyOf([['headers'], ['secrets']])
export class HttpSmsCredentials {
  @Field({
    label: 'Headers',
    help: 'Sent with every request, such as x-api-key or authorization.',
    optional: true,
    secret: true,
    type: 'record',
    minItems: 1,
    maxItems: 10,
    minLength: 1,
    maxLength: 4_096,
  })
  headers?: Record<string, string>;

  @Field({
    label: 'Secrets',
    help: 'For gateways that expect secrets in the query or the body. Use them there as {{ secrets.NAME }}.',
    optional: true,
    secret: true,
    type: 'record',
    minItems: 1,
    maxItems: 10,
    minLength: 1,
    maxLength: 4_096,
  })
  secrets?: Record<string, string>;
}

/** Request that sends one message. */
@OneOf([['json'], ['form'], ['xml'], []])
export class GatewayRequest {
  @Field({ label: 'Method', enum: ['POST', 'PUT', 'GET'], default: 'POST' })
  method: 'POST' | 'PUT' | 'GET' = 'POST';

  @Field({
    label: 'URL',
    help: 'Without a query. Its path may contain {{toDigits}}, {{deliveryId}} and other placeholders.',
    format: 'uri',
    example: 'https://sms.acme.example/v2/messages',
  })
  url: string;

  @Field({ label: 'Headers', help: PLACEHOLDERS, optional: true, type: 'record', maxItems: 30, maxLength: 4_096 })
  headers?: Record<string, string>;

  @Field({ label: 'Query', help: PLACEHOLDERS, optional: true, type: 'record', maxItems: 50, maxLength: 4_096 })
  query?: Record<string, string>;

  @Field({ label: 'JSON body', help: PLACEHOLDERS, optional: true, type: 'json' })
  json?: Json;

  @Field({ label: 'Form body', help: PLACEHOLDERS, optional: true, type: 'record', maxItems: 50, maxLength: 4_096 })
  form?: Record<string, string>;

  @Field({ label: 'XML body', help: PLACEHOLDERS, optional: true, minLength: 1, maxLength: 20_000, multiline: true })
  xml?: string;

  @Field({
    label: 'Country calling code',
    help: 'Removed from the number for {{ toNational }}, without the plus.',
    optional: true,
    pattern: /^[1-9][0-9]{0,3}$/,
    example: '91',
  })
  callingCode?: string;
}

/** Test of the gateway's response. All given conditions must be met. */
@AnyOf([['status'], ['path']])
export class AnswerTest {
  @Field({ label: 'Status', optional: true, items: 'integer', minimum: 100, maximum: 599, minItems: 1, maxItems: 50 })
  status?: number[];

  @Field({
    label: 'Path',
    help: 'status, headers.NAME, body.PATH (JSON) or words.0 (the first word of a text).',
    optional: true,
    pattern: PATH,
    example: 'body.result',
  })
  path?: string;

  @Field({
    label: 'Values',
    help: 'Accepted values at the path, as text. If absent, any value.',
    optional: true,
    items: 'string',
    minItems: 1,
    maxItems: 500,
    maxLength: 200,
  })
  values?: string[];
}

/**
 * Meanings of responses. If several lists match, the first list in this order decides: credentials, throttled,
 * transient, rejected.
 */
export class GatewayErrors {
  @Field({
    label: 'Rejected',
    help: 'The gateway will never accept the message.',
    optional: true,
    items: AnswerTest,
    maxItems: 50,
  })
  rejected?: AnswerTest[];

  @Field({ label: 'Throttled', help: 'The hub waits, then retries.', optional: true, items: AnswerTest, maxItems: 50 })
  throttled?: AnswerTest[];

  @Field({
    label: 'Credentials',
    help: 'The hub pauses the destination.',
    optional: true,
    items: AnswerTest,
    maxItems: 50,
  })
  credentials?: AnswerTest[];

  @Field({
    label: 'Transient',
    help: 'The hub retries on the schedule.',
    optional: true,
    items: AnswerTest,
    maxItems: 50,
  })
  transient?: AnswerTest[];
}

/** Request that tests the credentials without sending a message, for example a request for the account's balance. */
export class GatewayVerify {
  @Field({ label: 'Method', enum: ['GET', 'POST'], default: 'GET' })
  method: 'GET' | 'POST' = 'GET';

  @Field({ label: 'URL', format: 'uri', example: 'https://sms.acme.example/v2/balance' })
  url: string;

  @Field({ label: 'Query', optional: true, type: 'record', maxItems: 50, maxLength: 4_096 })
  query?: Record<string, string>;
}

/** The gateway's status values, grouped by their meaning. */
export class CallbackStatuses {
  @Field({ label: 'Accepted', optional: true, items: 'string', maxItems: 100, maxLength: 200 })
  accepted?: string[];

  @Field({ label: 'Sent', optional: true, items: 'string', maxItems: 100, maxLength: 200 })
  sent?: string[];

  @Field({ label: 'Delivered', optional: true, items: 'string', maxItems: 100, maxLength: 200 })
  delivered?: string[];

  @Field({ label: 'Undelivered', optional: true, items: 'string', maxItems: 100, maxLength: 200 })
  undelivered?: string[];

  @Field({ label: 'Failed', optional: true, items: 'string', maxItems: 100, maxLength: 200 })
  failed?: string[];
}

/** Paths of the values in the gateway's calls to {{ callbackUrl }}. */
export class GatewayCallback {
  @Field({
    label: 'Path of the status',
    help: 'query.NAME, body.PATH (JSON or form) or words.0.',
    pattern: CALLBACK_PATH,
    example: 'body.state',
  })
  path: string;

  @Field({ label: 'Statuses', help: 'The gateway’s status values; others are ignored.', type: CallbackStatuses })
  statuses: CallbackStatuses;

  @Field({ label: 'Path of the message id', optional: true, pattern: CALLBACK_PATH })
  idPath?: string;

  @Field({ label: 'Path of the reason', optional: true, pattern: CALLBACK_PATH })
  detailPath?: string;
}

/** Settings that describe a gateway as data, without code. */
export class HttpSmsSettings {
  @Field({ label: 'Request', type: GatewayRequest })
  request: GatewayRequest;

  @Field({ label: 'Success', help: 'If absent, any 2xx.', optional: true, type: AnswerTest })
  success?: AnswerTest;

  @Field({ label: 'Path of the message id', optional: true, pattern: PATH, example: 'body.id' })
  idPath?: string;

  @Field({ label: 'Path of the error code', optional: true, pattern: PATH, example: 'body.code' })
  codePath?: string;

  @Field({ label: 'Errors', help: 'If absent, the status decides.', optional: true, type: GatewayErrors })
  errors?: GatewayErrors;

  @Field({
    label: 'Ignores repeated messages',
    help: 'The gateway sends one message only for each Idempotency-Key header (or {{ deliveryId }}).',
    type: 'boolean',
    default: false,
  })
  idempotent = false;

  @Field({
    label: 'Verify',
    help: 'If absent, only checks that the address responds.',
    optional: true,
    type: GatewayVerify,
  })
  verify?: GatewayVerify;

  @Field({ label: 'Callback', optional: true, type: GatewayCallback })
  callback?: GatewayCallback;

  @Field(MAX_SEGMENTS)
  maxSegments?: number;

  @Field(UNSUBSCRIBE_TEXT)
  unsubscribeText?: string;
}

/** SMS message: one text to one number. */
export class HttpSmsMessage {
  @Field(TO_PHONE)
  to: string;

  @Field({ label: 'Text', minLength: 1, maxLength: 5_000, personal: true, multiline: true })
  body: string;

  @Field({
    label: 'Extra',
    help: 'Further values for the gateway, such as a template id: {{ extra.NAME }}.',
    optional: true,
    type: 'record',
    maxItems: 20,
    maxLength: 1_000,
    personal: true,
  })
  extra?: Record<string, string>;
}
