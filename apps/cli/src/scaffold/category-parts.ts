import type { JsonObject } from '@patchbay/core';
import type { DestinationCategory } from '@patchbay/plugin-sdk';

/** What a plugin of one category has of its own; everything else is the same for all. */
export interface CategoryParts {
  /** A sentence for the catalogue. */
  readonly description: string;
  /** Of a message, in their order. */
  readonly fields: readonly FieldPart[];
  /** Of a destination, beside the vendor's address, in their order. */
  readonly settings?: readonly SettingPart[];
  /** Mappings by event type, `default` for any. */
  readonly presets: Readonly<Record<string, JsonObject>>;
}

/** One field of a message. */
export interface FieldPart {
  readonly name: string;
  /** The property's type in TypeScript. */
  readonly type: 'string' | 'Json' | 'JsonObject';
  /** What `@Field` is given. */
  readonly options: string;
  /** Its JSON Schema at the vendor. */
  readonly schema: string;
  /** An invented value, as TypeScript. */
  readonly sample: string;
  readonly means: string;
  /** What it is of a message in the sandbox's inbox: whom it is for, or what the customer reads. */
  readonly shownAs?: 'to' | 'text';
  /** A function of the SDK that makes of it and of the settings what is sent. */
  readonly madeBy?: string;
}

/** One setting of a destination. */
export interface SettingPart {
  readonly name: string;
  /** The property's type in TypeScript. */
  readonly type: 'string' | 'number';
  /** What `@Field` is given. */
  readonly options: SettingOptions;
}

/** Of the destination's own, which every request then holds; or how the SDK declares it for all plugins. */
export type SettingOptions =
  { readonly own: string; readonly schema: string; readonly sample: string } | { readonly shared: string };

const TEXTS: Readonly<Record<string, readonly [title: string, text: string]>> = {
  customerAdded: ['Welcome', 'Welcome! Every purchase earns you points from now on.'],
  transactionAdded: ['Thank you', 'Thank you for your purchase of {{ data.amount }}.'],
  pointsIssued: [
    'You earned points',
    'You earned {{ data.totalPointsIssued }} points. Your balance is {{ data.programCurrentPoints }}.',
  ],
  pointsRedeemed: ['You redeemed points', 'You redeemed {{ data.totalPointsRedeemed }} points.'],
  pointsTransferredInitiated: ['You sent points', 'You sent {{ data.totalPointsTransferred }} points.'],
  pointsTransferredReceived: ['You received points', 'You received {{ data.totalPointsTransferred }} points.'],
};

/** A preset for each event that a customer hears of. */
function presets(make: (title: string, text: string) => JsonObject): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(TEXTS).map(([type, [title, text]]) => [type, make(title, text)]));
}

const text = (name: string, label: string, limit: string): FieldPart => ({
  name,
  type: 'string',
  options: `{ label: '${label}', minLength: 1, maxLength: ${limit}, personal: true, multiline: true }`,
  schema: `{ type: 'string', minLength: 1, maxLength: ${limit} }`,
  sample: `'You earned 100 points.'`,
  means: 'what the customer reads',
  shownAs: 'text',
});

const line = (name: string, label: string): FieldPart => ({
  name,
  type: 'string',
  options: `{ label: '${label}', minLength: 1, maxLength: 200, pattern: /^[^\\r\\n]*$/, personal: true }`,
  schema: `{ type: 'string', minLength: 1, maxLength: 200 }`,
  sample: `'You earned points'`,
  means: 'one line above it',
});

const recipient = (name: string, label: string, check: string, example: string, means: string): FieldPart => ({
  name,
  type: 'string',
  options: `{ label: '${label}', ${check}, personal: true, example: '${example}' }`,
  schema: `{ type: 'string' }`,
  sample: `'${example}'`,
  means,
  shownAs: 'to',
});

/** By category: a record, so that a new category is missed by the compiler and not by a user. */
export const CATEGORY_PARTS: Readonly<Record<DestinationCategory, CategoryParts>> = {
  sms: {
    description: 'Sends text messages to the phones of customers.',
    fields: [
      recipient('to', 'To', `format: 'e164'`, '+15005550010', 'the phone number in E.164'),
      { ...text('body', 'Text', '1_600'), madeBy: 'smsText' },
    ],
    settings: [
      {
        name: 'from',
        type: 'string',
        options: {
          own: `{ label: 'From', help: 'The number or name customers see.', minLength: 1, maxLength: 15, example: 'Acme' }`,
          schema: `{ type: 'string', minLength: 1, maxLength: 15 }`,
          sample: `'Acme'`,
        },
      },
      { name: 'maxSegments', type: 'number', options: { shared: 'MAX_SEGMENTS' } },
      { name: 'unsubscribeText', type: 'string', options: { shared: 'UNSUBSCRIBE_TEXT' } },
    ],
    presets: presets((_title, body) => ({ to: '{{ recipient.phone }}', body })),
  },
  email: {
    description: 'Sends e-mail to customers.',
    fields: [
      recipient('to', 'To', `format: 'email'`, 'customer@example.com', 'the address'),
      line('subject', 'Subject'),
      text('text', 'Text', '100_000'),
    ],
    presets: presets((subject, body) => ({ to: '{{ recipient.email }}', subject, text: body })),
  },
  push: {
    description: 'Sends notifications to the apps of customers.',
    fields: [
      recipient('token', 'Token', 'minLength: 1', 'invented-device-token-0001', 'the device'),
      line('title', 'Title'),
      text('body', 'Text', '1_000'),
    ],
    presets: presets((title, body) => ({ token: '{{ recipient.pushToken }}', title, body })),
  },
  survey: {
    description: 'Hands over records by which customers are asked for their opinion.',
    fields: [object('record', 'Record', `{ customer: '42' }`, 'what the vendor is told')],
    presets: {
      default: {
        record: { event: '{{ event.type }}', customer: '{{ event.customerId }}', at: '{{ event.occurredAt }}' },
      },
    },
  },
  commerce: {
    description: 'Keeps attributes of customers at the shop in step.',
    fields: [
      {
        name: 'customer',
        type: 'string',
        options: `{ label: 'Customer', minLength: 1, maxLength: 100, personal: true }`,
        schema: `{ type: 'string' }`,
        sample: `'customer-42'`,
        means: 'whom the attributes belong to',
      },
      object('attributes', 'Attributes', `{ points: 120 }`, 'what is to be true afterwards'),
    ],
    presets: {
      default: { customer: '{{ event.customerId }}', attributes: { lastEvent: '{{ event.type }}' } },
      pointsIssued: { customer: '{{ event.customerId }}', attributes: { points: '{{ data.programCurrentPoints }}' } },
    },
  },
  webhook: {
    description: 'Hands events on to a service of the brand.',
    fields: [
      {
        name: 'content',
        type: 'Json',
        options: `{ label: 'Content', type: 'json', personal: true }`,
        schema: `true`,
        sample: `{ points: 100 }`,
        means: 'what the service gets',
      },
    ],
    presets: { default: { content: { id: '{{ event.id }}', type: '{{ event.type }}', data: '{{ data }}' } } },
  },
};

function object(name: string, label: string, sample: string, means: string): FieldPart {
  return {
    name,
    type: 'JsonObject',
    options: `{ label: '${label}', type: 'object', personal: true }`,
    schema: `{ type: 'object' }`,
    sample,
    means,
  };
}
