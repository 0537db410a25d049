import type { JsonObject } from '@patchbay/core';
import type { MessagingChannel } from '@patchbay/plugin-sdk';

/** Categories for which `patchbay plugin new` writes a plugin with its own message. See {@link partsOf}. */
export const SCAFFOLD_CATEGORIES = ['webhook', 'survey', 'commerce', 'sms', 'email', 'push', 'whatsapp'] as const;
type ScaffoldCategory = (typeof SCAFFOLD_CATEGORIES)[number];

/** Parts of a plugin that depend on its category. */
export interface CategoryParts {
  /** Description of the plugin for the catalogue, in one sentence. */
  readonly description: string;
  readonly messaging: MessagingChannel | null;
  /** Message fields, in this order. */
  readonly fields: readonly FieldPart[];
  /** Settings of a destination besides `baseUrl`, in this order. */
  readonly settings?: readonly SettingPart[];
  /** Presets by event type. `default` applies to all other types. */
  readonly presets: Readonly<Record<string, JsonObject>>;
}

/** Field of a message. */
export interface FieldPart {
  readonly name: string;
  /** TypeScript type of the message field. */
  readonly type: 'string' | 'Json' | 'JsonObject';
  /** Argument of `@Field`, as TypeScript. */
  readonly options: string;
  /** JSON Schema of the field in the vendor's request. */
  readonly schema: string;
  /** Invented value of the field, as TypeScript. */
  readonly sample: string;
  readonly meaning: string;
  /**
   * Column of the sandbox inbox that shows the field: the recipient or the text. Absent if the inbox does not show the
   * field.
   */
  readonly shownAs?: 'to' | 'text';
  /** SDK function that computes the sent value from the field and the settings. */
  readonly madeBy?: string;
}

/** Setting of a destination. */
export interface SettingPart {
  readonly name: string;
  /** TypeScript type of the property. */
  readonly type: 'string' | 'number';
  readonly options: SettingOptions;
}

/** Argument of `@Field`: `own` for a setting that every request sends, `shared` for a constant of the SDK. */
export type SettingOptions =
  { readonly own: string; readonly schema: string; readonly sample: string } | { readonly shared: string };

const TEXTS: Readonly<Record<string, readonly [title: string, text: string]>> = {
  customerAdded: ['Welcome', 'Welcome! You earn points with every purchase.'],
  transactionAdded: ['Thank you', 'Thank you for your purchase of {{ data.amount }}.'],
  pointsIssued: [
    'You earned points',
    'You earned {{ data.totalPointsIssued }} points. Your balance is {{ data.programCurrentPoints }}.',
  ],
  pointsRedeemed: ['You redeemed points', 'You redeemed {{ data.totalPointsRedeemed }} points.'],
  pointsTransferredInitiated: ['You sent points', 'You sent {{ data.totalPointsTransferred }} points.'],
  pointsTransferredReceived: ['You received points', 'You received {{ data.totalPointsTransferred }} points.'],
};

/** Creates a preset for each event type that has a text for customers. */
function presets(make: (title: string, text: string) => JsonObject): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(TEXTS).map(([type, [title, text]]) => [type, make(title, text)]));
}

const text = (name: string, label: string, limit: string): FieldPart => ({
  name,
  type: 'string',
  options: `{ label: '${label}', minLength: 1, maxLength: ${limit}, personal: true, multiline: true }`,
  schema: `{ type: 'string', minLength: 1, maxLength: ${limit} }`,
  sample: `'You earned 100 points.'`,
  meaning: 'text that the customer reads',
  shownAs: 'text',
});

const line = (name: string, label: string): FieldPart => ({
  name,
  type: 'string',
  options: `{ label: '${label}', minLength: 1, maxLength: 200, pattern: /^[^\\r\\n]*$/, personal: true }`,
  schema: `{ type: 'string', minLength: 1, maxLength: 200 }`,
  sample: `'You earned points'`,
  meaning: 'title, one line',
});

const recipient = (name: string, label: string, check: string, example: string, meaning: string): FieldPart => ({
  name,
  type: 'string',
  options: `{ label: '${label}', ${check}, personal: true, example: '${example}' }`,
  schema: `{ type: 'string' }`,
  sample: `'${example}'`,
  meaning,
  shownAs: 'to',
});

/** Parts of a plugin, by category. The compiler reports a category without parts. */
const CATEGORY_PARTS: Readonly<Record<ScaffoldCategory, CategoryParts>> = {
  sms: {
    description: 'Sends text messages to the phones of customers.',
    messaging: 'sms',
    fields: [
      recipient('to', 'To', `format: 'e164', address: 'phone'`, '+15005550010', 'phone number in E.164 format'),
      { ...text('body', 'Text', '1_600'), madeBy: 'smsText' },
    ],
    settings: [
      {
        name: 'from',
        type: 'string',
        options: {
          own: `{ label: 'From', help: 'Sender that customers see.', minLength: 1, maxLength: 15, example: 'Acme' }`,
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
    messaging: 'email',
    fields: [
      recipient('to', 'To', `format: 'email', address: 'email'`, 'customer@example.com', 'e-mail address'),
      line('subject', 'Subject'),
      text('text', 'Text', '100_000'),
    ],
    presets: presets((subject, body) => ({ to: '{{ recipient.email }}', subject, text: body })),
  },
  whatsapp: {
    description: 'Sends WhatsApp messages to customers.',
    messaging: 'whatsapp',
    fields: [
      recipient('to', 'To', `format: 'e164', address: 'phone'`, '+15005550010', 'phone number in E.164 format'),
      text('body', 'Text', '4_096'),
    ],
    presets: presets((_title, body) => ({ to: '{{ recipient.phone }}', body })),
  },
  push: {
    description: 'Sends notifications to the apps of customers.',
    messaging: 'push',
    fields: [
      recipient(
        'token',
        'Token',
        `minLength: 1, address: 'pushToken'`,
        'invented-device-token-0001',
        'push token of the device',
      ),
      line('title', 'Title'),
      text('body', 'Text', '1_000'),
    ],
    presets: presets((title, body) => ({ token: '{{ recipient.pushToken }}', title, body })),
  },
  survey: {
    description: 'Sends records from which customers are invited to surveys.',
    messaging: null,
    fields: [object('record', 'Record', `{ customer: '42' }`, 'record that the vendor receives')],
    presets: {
      default: {
        record: { event: '{{ event.type }}', customer: '{{ event.customerId }}', at: '{{ event.occurredAt }}' },
      },
    },
  },
  commerce: {
    description: 'Updates attributes of customers in the shop.',
    messaging: null,
    fields: [
      {
        name: 'customer',
        type: 'string',
        options: `{ label: 'Customer', minLength: 1, maxLength: 100, personal: true }`,
        schema: `{ type: 'string' }`,
        sample: `'customer-42'`,
        meaning: 'customer that the attributes belong to',
      },
      object('attributes', 'Attributes', `{ points: 120 }`, 'attribute values to set'),
    ],
    presets: {
      default: { customer: '{{ event.customerId }}', attributes: { lastEvent: '{{ event.type }}' } },
      pointsIssued: { customer: '{{ event.customerId }}', attributes: { points: '{{ data.programCurrentPoints }}' } },
    },
  },
  webhook: {
    description: 'Forwards events to a service of the brand.',
    messaging: null,
    fields: [
      {
        name: 'content',
        type: 'Json',
        options: `{ label: 'Content', type: 'json', personal: true }`,
        schema: `true`,
        sample: `{ points: 100 }`,
        meaning: 'content that the service receives',
      },
    ],
    presets: { default: { content: { id: '{{ event.id }}', type: '{{ event.type }}', data: '{{ data }}' } } },
  },
};

/** Parts of a plugin of any other category: it sends a record. */
const OTHER_PARTS: CategoryParts = {
  description: 'Sends records about customers to the vendor.',
  messaging: null,
  fields: [object('record', 'Record', `{ customer: '42' }`, 'record that the vendor receives')],
  presets: CATEGORY_PARTS.survey.presets,
};

/** Returns the parts of a plugin of a category. */
export function partsOf(category: string): CategoryParts {
  const known = SCAFFOLD_CATEGORIES.find((one) => one === category);
  return known === undefined ? OTHER_PARTS : CATEGORY_PARTS[known];
}

function object(name: string, label: string, sample: string, meaning: string): FieldPart {
  return {
    name,
    type: 'JsonObject',
    options: `{ label: '${label}', type: 'object', personal: true }`,
    schema: `{ type: 'object' }`,
    sample,
    meaning,
  };
}
