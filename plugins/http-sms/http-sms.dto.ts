import { AnyOf, Field, type Json, MAX_SEGMENTS, OneOf, UNSUBSCRIBE_TEXT } from '@patchbay/plugin-sdk';

const PLACEHOLDERS =
  'Placeholders: {{ to }}, {{ toDigits }}, {{ toNational }}, {{ body }}, {{ deliveryId }}, {{ callbackUrl }}, ' +
  '{{ secrets.NAME }}, {{ extra.NAME }}.';
const PATH = /^(status|headers|body|words)(\.[^.\s]+)*$/;
const CALLBACK_PATH = /^(query|body|words)(\.[^.\s]+)*$/;

/** How the gateway knows the hub. Values are secrets, names are not. */
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
    help: 'For gateways that want them in the query or the body: written there as {{ secrets.NAME }}.',
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

/** The request that sends one message. */
@OneOf([['json'], ['form'], ['xml'], []])
export class GatewayRequest {
  @Field({ label: 'Method', enum: ['POST', 'PUT', 'GET'], default: 'POST' })
  method: 'POST' | 'PUT' | 'GET' = 'POST';

  @Field({
    label: 'URL',
    help: 'Without a query. A part of its path may be {{toDigits}}, {{deliveryId}} or the like.',
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
    help: 'What {{ toNational }} leaves out of a number, without the plus.',
    optional: true,
    pattern: /^[1-9][0-9]{0,3}$/,
    example: '91',
  })
  callingCode?: string;
}

/** A question to the gateway's answer. Everything that is filled in has to hold. */
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
    help: 'What stands at the path, as text. Left out: anything.',
    optional: true,
    items: 'string',
    minItems: 1,
    maxItems: 500,
    maxLength: 200,
  })
  values?: string[];
}

/** Which answers mean what. The first list that fits decides, in this order: credentials, throttled, transient, rejected. */
export class GatewayErrors {
  @Field({ label: 'Rejected', help: 'Will never be taken.', optional: true, items: AnswerTest, maxItems: 50 })
  rejected?: AnswerTest[];

  @Field({ label: 'Throttled', help: 'Wait, then retry.', optional: true, items: AnswerTest, maxItems: 50 })
  throttled?: AnswerTest[];

  @Field({ label: 'Credentials', help: 'Pauses the destination.', optional: true, items: AnswerTest, maxItems: 50 })
  credentials?: AnswerTest[];

  @Field({ label: 'Transient', help: 'Retried on the schedule.', optional: true, items: AnswerTest, maxItems: 50 })
  transient?: AnswerTest[];
}

/** A request that shows whether the credentials are right and sends nothing, such as a balance. */
export class GatewayVerify {
  @Field({ label: 'Method', enum: ['GET', 'POST'], default: 'GET' })
  method: 'GET' | 'POST' = 'GET';

  @Field({ label: 'URL', format: 'uri', example: 'https://sms.acme.example/v2/balance' })
  url: string;

  @Field({ label: 'Query', optional: true, type: 'record', maxItems: 50, maxLength: 4_096 })
  query?: Record<string, string>;
}

/** The gateway's words, by what they mean. */
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

/** How the gateway's calls to {{ callbackUrl }} are read. */
export class GatewayCallback {
  @Field({
    label: 'Path of the status',
    help: 'query.NAME, body.PATH (JSON or form) or words.0.',
    pattern: CALLBACK_PATH,
    example: 'body.state',
  })
  path: string;

  @Field({ label: 'Statuses', help: 'The gateway’s words; others are ignored.', type: CallbackStatuses })
  statuses: CallbackStatuses;

  @Field({ label: 'Path of the message id', optional: true, pattern: CALLBACK_PATH })
  idPath?: string;

  @Field({ label: 'Path of the reason', optional: true, pattern: CALLBACK_PATH })
  detailPath?: string;
}

/** A gateway, described. Data, never code. */
export class HttpSmsSettings {
  @Field({ label: 'Request', type: GatewayRequest })
  request: GatewayRequest;

  @Field({ label: 'Success', help: 'Left out: any 2xx.', optional: true, type: AnswerTest })
  success?: AnswerTest;

  @Field({ label: 'Path of the message id', optional: true, pattern: PATH, example: 'body.id' })
  idPath?: string;

  @Field({ label: 'Path of the error code', optional: true, pattern: PATH, example: 'body.code' })
  codePath?: string;

  @Field({ label: 'Errors', help: 'Left out: the status decides.', optional: true, type: GatewayErrors })
  errors?: GatewayErrors;

  @Field({
    label: 'Drops repeated messages',
    help: 'The gateway sends one message only for each Idempotency-Key header (or {{ deliveryId }}).',
    type: 'boolean',
    default: false,
  })
  idempotent = false;

  @Field({ label: 'Verify', help: 'Left out: only whether somebody is there.', optional: true, type: GatewayVerify })
  verify?: GatewayVerify;

  @Field({ label: 'Callback', optional: true, type: GatewayCallback })
  callback?: GatewayCallback;

  @Field(MAX_SEGMENTS)
  maxSegments?: number;

  @Field(UNSUBSCRIBE_TEXT)
  unsubscribeText?: string;
}

/** One text to one number. */
export class HttpSmsMessage {
  @Field({ label: 'To', help: 'In E.164.', format: 'e164', personal: true, example: '+15005550010' })
  to: string;

  @Field({ label: 'Text', minLength: 1, maxLength: 5_000, personal: true, multiline: true })
  body: string;

  @Field({
    label: 'Extra',
    help: 'What else the gateway wants to know, such as a template id: {{ extra.NAME }}.',
    optional: true,
    type: 'record',
    maxItems: 20,
    maxLength: 1_000,
    personal: true,
  })
  extra?: Record<string, string>;
}
