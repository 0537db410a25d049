import { Field, type JsonObject } from '@patchbay/plugin-sdk';

/** An OAuth client with the client credentials grant. */
export class MedalliaSurveyCredentials {
  @Field({
    label: 'Client id',
    help: 'Of an OAuth client with the client credentials grant (Medallia Setup, OAuth clients).',
    pattern: /^[^:]+$/,
  })
  clientId: string;

  @Field({ label: 'Client secret', secret: true, minLength: 1 })
  clientSecret: string;
}

/** Two hosts (tokens come from one, imports go to the other) and the feed. */
export class MedalliaSurveySettings {
  @Field({
    label: 'Token URL',
    help: 'On the reporting instance, not on the API gateway.',
    format: 'uri',
    example: 'https://instance.medallia.com/oauth/tenant/token',
  })
  tokenUrl: string;

  @Field({
    label: 'API URL',
    help: 'The API gateway.',
    format: 'uri',
    example: 'https://instance-tenant.apis.medallia.com',
  })
  apiUrl: string;

  @Field({
    label: 'Feed',
    help: 'The name of a web feed (importer) in Active or Pretend mode.',
    pattern: /^[A-Za-z0-9_.-]{1,128}$/,
    example: 'loyalty_invitations',
  })
  feed: string;

  @Field({
    label: 'Mode',
    help: 'sync for a concurrent feed (/inbound/v1), async for one that is queued (/inbound/v2/async).',
    enum: ['sync', 'async'],
  })
  mode: 'sync' | 'async' = 'sync';

  @Field({
    label: 'Key field',
    help:
      'The input field by which the feed tells its records apart. Where a mapping leaves it out, the id of the ' +
      'delivery is put there, so that a repeated send invites nobody twice.',
    minLength: 1,
    maxLength: 128,
  })
  keyField = 'event_id';

  @Field({
    label: 'Check fields',
    help: 'Refuses a record with fields that the feed does not name in its introspection. Off: Medallia sorts it out.',
  })
  checkFields = true;

  @Field({
    label: 'Await the result',
    help:
      'Asks the Feed File API what became of a record that a queued feed took (mode async). Off: the delivery has ' +
      'succeeded once Medallia took it.',
    type: 'boolean',
    default: true,
  })
  awaitResult = true;
}

/** One invitation. */
export class MedalliaSurveyMessage {
  @Field({
    label: 'Record',
    help: 'The values of one invitation by the input fields of the feed: texts, numbers, true/false.',
    type: 'object',
    personal: true,
  })
  record: JsonObject;
}
