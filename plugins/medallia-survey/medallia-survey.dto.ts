import { Field, type JsonObject } from '@patchbay/plugin-sdk';

/** OAuth client that uses the client credentials grant. */
export class MedalliaSurveyCredentials {
  @Field({
    label: 'Client id',
    help: 'Id of an OAuth client with the client credentials grant (Medallia Setup, OAuth clients).',
    pattern: /^[^:]+$/,
  })
  clientId: string;

  @Field({ label: 'Client secret', secret: true, minLength: 1 })
  clientSecret: string;
}

/** Limits of feed files that contain several records. */
export class MedalliaSurveyBatch {
  @Field({ label: 'Records per feed file', type: 'integer', minimum: 2, maximum: 1_000, default: 500 })
  size = 500;

  @Field({
    label: 'Longest wait',
    help: 'Milliseconds that a record waits for others.',
    type: 'integer',
    minimum: 0,
    maximum: 3_600_000,
    default: 5_000,
  })
  within = 5_000;

  @Field({
    label: 'Bytes per feed file',
    help: 'Medallia accepts 100 MB for concurrent feeds. A request must also end within 60 seconds.',
    type: 'integer',
    minimum: 1_000,
    maximum: 50_000_000,
    default: 10_000_000,
  })
  bytes = 10_000_000;
}

/** The feed and two hosts: one for tokens, one for imports. */
export class MedalliaSurveySettings {
  @Field({
    label: 'Token URL',
    help: 'URL of the reporting instance, not of the API gateway.',
    format: 'uri',
    example: 'https://instance.medallia.com/oauth/tenant/token',
  })
  tokenUrl: string;

  @Field({
    label: 'API URL',
    help: 'URL of the API gateway.',
    format: 'uri',
    example: 'https://instance-tenant.apis.medallia.com',
  })
  apiUrl: string;

  @Field({
    label: 'Feed',
    help: 'Name of a web feed (importer) in Active or Pretend mode.',
    pattern: /^[A-Za-z0-9_.-]{1,128}$/,
    example: 'loyalty_invitations',
  })
  feed: string;

  @Field({
    label: 'Mode',
    help: 'sync for a concurrent feed (/inbound/v1), async for a queued feed (/inbound/v2/async).',
    enum: ['sync', 'async'],
  })
  mode: 'sync' | 'async' = 'sync';

  @Field({
    label: 'Key field',
    help:
      'The input field that identifies the records of the feed. If the mapping omits it, the id of the ' +
      'delivery is used, so that a repeated send creates no second invitation.',
    minLength: 1,
    maxLength: 128,
  })
  keyField = 'event_id';

  @Field({
    label: 'Check fields',
    help: 'Refuses records with fields that are not in the introspection of the feed. Off: Medallia decides.',
  })
  checkFields = true;

  @Field({
    label: 'Await the result',
    help:
      'Polls the Feed File API for the outcome of a record in a queued feed (mode async). Off: the delivery ' +
      'succeeds once Medallia has accepted the request.',
    type: 'boolean',
    default: true,
  })
  awaitResult = true;

  @Field({
    label: 'Feed files',
    help: 'Imports the records of several events together, as one feed file.',
    optional: true,
    type: MedalliaSurveyBatch,
  })
  batch?: MedalliaSurveyBatch;
}

/** One invitation to a survey. */
export class MedalliaSurveyMessage {
  @Field({
    label: 'Record',
    help: 'Values of one invitation by the input fields of the feed: text, numbers, true or false.',
    type: 'object',
    personal: true,
  })
  record: JsonObject;
}
