import { CHANNELS } from '../../lib/channels';
import type { SchemaField } from '../../ui/schema-field';

type FieldType = 'string' | 'integer' | 'record' | 'object' | 'group' | 'list';

/** Texts of a field by its name. */
export interface FieldTexts {
  label(name: string): string;
  /** Null if the label says enough. */
  help(name: string): string | null;
}

/** Fields of a brand's lookups: its platform, contact data, consent and more data about a customer. */
export interface LookupFields {
  readonly platform: readonly SchemaField[];
  readonly recipients: readonly SchemaField[];
  readonly enrichment: readonly SchemaField[];
}

/** Returns the fields of the forms, with the names that a brand file uses. */
export function lookupFields(texts: FieldTexts): LookupFields {
  const field = (name: string, type: FieldType = 'string', more: Partial<SchemaField> = {}): SchemaField => ({
    ...{ name, type, label: texts.label(name), help: texts.help(name) },
    ...{ items: null, choices: null, format: null, fields: [] },
    ...{ required: false, secret: false, multiline: false, fileOnly: false, fromVendor: false },
    ...more,
  });
  const limits = [
    field('timeout', 'string', { example: '5s' }),
    field('retries', 'integer'),
    field('cacheSeconds', 'integer'),
  ];
  const access = ['key', 'secret'].map((name) => field(name, 'string', { secret: true }));
  const example = 'https://eu.api.capillarytech.com';
  return {
    platform: [
      field('capillary', 'group', {
        fields: [
          field('baseUrl', 'string', { required: true, example }),
          ...access.map((one) => ({ ...one, required: true })),
          field('org', 'integer'),
          field('ratePerMinute', 'integer'),
          field('logs', 'object'),
        ],
      }),
    ],
    recipients: [
      field('order', 'list', { items: 'string', choices: ['event', 'enriched', 'resolver'] }),
      field('resolver', 'group', {
        fields: [
          field('type', 'string', { required: true, choices: ['http'] }),
          field('url', 'string', {
            required: true,
            example: 'https://crm.acme.example/contacts/{{ event.customerId }}',
          }),
          field('method', 'string', { choices: ['GET', 'POST'] }),
          field('headers', 'record', { secret: true }),
          field('mapping', 'object', { required: true }),
          field('body', 'object'),
          field('customerId', 'string', { example: '{{ body.id }}' }),
          ...limits,
          field('bulk', 'object'),
        ],
      }),
      ...['consent', 'transactionalConsent'].map((consent) =>
        field(consent, 'group', {
          fields: CHANNELS.map((name) => field(name, 'string', { example: '{{ recipient.smsOptIn }}' })),
        }),
      ),
    ],
    enrichment: [
      field('capillary', 'group', {
        fields: [
          // Without an address, the enrichment uses the access of the platform.
          field('baseUrl', 'string', { example }),
          ...access,
          field('username'),
          field('password', 'string', { secret: true }),
          ...['source', 'accountId', 'programId'].map((name) => field(name)),
          field('ratePerMinute', 'integer'),
          ...limits,
          field('cacheSecondsOf', 'object'),
          field('staleIfErrorSeconds', 'integer'),
          field('onFailure', 'string', { choices: ['retry', 'continue'] }),
        ],
      }),
      field('http', 'object'),
    ],
  };
}
