import type {
  CapillaryDrifted,
  CapillaryGap,
  CapillaryMissing,
  DeliveriesEnded,
  DestinationSwitched,
  EventTypeInfo,
  ImportEnded,
  JsonObject,
  LookupSwitched,
  MessageReported,
  OperationalType,
  PersonalPaths,
  StatusesMissing,
  SuppressionsChanged,
} from '@patchbay/core';
import { code, flag, id, list, number, object, pathsOf, schemaOf, type Fields } from '../capillary/catalogue/field.js';

interface OperationalEventType {
  readonly label: string;
  readonly group: string;
  readonly fields: Fields;
  readonly sample: JsonObject;
}

const time = code('ISO 8601, UTC');
const errorKind = code(
  'Error kind of the last attempt: transient, throttled, credentials, rejected, mapping or unconfirmed',
);
const destination = object({ id: code(), name: code(), type: code('The destination type') });

const switched: Fields = {
  destination,
  by: code('hub or person'),
  reason: code('Reason for the pause or the alert'),
  errorKind,
  at: time,
};

const deliveries = list(
  object({
    id: code(),
    eventId: code('Event that was to be delivered'),
    eventType: code(),
    attempts: number('Number of all attempts'),
    createdAt: time,
    endedAt: time,
  }),
);

const ended: Fields = {
  destination,
  subscription: object({ id: code(), name: code() }),
  reason: code('Reason why there is no automatic retry'),
  errorKind,
  count: number('Number of deliveries with the same outcome; more than 1 if several ended within a minute'),
  firstAt: time,
  lastAt: time,
  deliveries,
};

const missing: Fields = {
  destination,
  count: number('Number of messages without a status'),
  sent: number('Number of messages that were checked'),
  within: code('Time within which the vendor had to report a status'),
  deliveries,
  at: time,
};

const suppressions: Fields = {
  count: number('Number of suppressions that were added or removed together'),
  suppressions: list(
    object({
      id: code(),
      reason: code('hard_bounce, complaint, opt_out, invalid or manual'),
      channel: code('sms, email or push; null for all channels'),
      purpose: code('promotional; null for all messages'),
      sender: code('Name of the destination; null for all destinations'),
      reportedBy: code('Name of the destination or of the API key'),
    }),
  ),
  at: time,
};

const optedOut: SuppressionsChanged = {
  count: 1,
  suppressions: [
    {
      id: '019ab4d1-7c40-7b1e-9d5a-3f2e1c0b9a88',
      reason: 'opt_out',
      channel: 'sms',
      purpose: null,
      sender: null,
      reportedBy: 'sms',
    },
  ],
  at: '2026-11-24T09:30:00.000Z',
};

const lookup: Fields = {
  lookup: code('recipients.resolver, or enrichment. and the name of an enrichment'),
  by: code('hub or person'),
  reason: code('Reason for the pause'),
  at: time,
};

const lookupPaused: LookupSwitched = {
  lookup: 'recipients.resolver',
  by: 'hub',
  reason: "recipients.resolver: it answered 401: correct the credentials in the brand's file",
  at: '2026-11-24T09:30:00.000Z',
};

const drift: Fields = {
  source: code('Name of the source'),
  webhookId: code("Capillary's id of the webhook"),
  deleted: flag('True if the webhook was deleted'),
  changes: list(
    object({
      field: code('active, url, method, type, eventNames or header'),
      before: code('Value that the hub wrote'),
      after: code('Value that the webhook has now'),
    }),
  ),
  at: time,
};

const drifted: CapillaryDrifted = {
  source: 'capillary',
  webhookId: '0b6f6a3e-1f0c-4a55-9d11-5c1d7c1f2a10',
  deleted: false,
  changes: [{ field: 'eventNames', before: 'pointsIssued, tierUpgraded', after: 'pointsIssued' }],
  at: '2026-11-24T09:30:00.000Z',
};

const gap: Fields = {
  source: code('Name of the source'),
  day: code('UTC day on which Capillary created the events: 2026-11-30'),
  expected: number('Events that Capillary counts and does not retry'),
  stored: number('Events that the hub has, including quarantined ones'),
  missing: number('Events that the hub does not have'),
  at: time,
};

const missed: CapillaryGap = {
  source: 'capillary',
  day: '2026-11-23',
  ...{ expected: 5129, stored: 5100, missing: 29 },
  at: '2026-11-24T03:00:00.000Z',
};

const logGap: Fields = {
  source: code('Name of the source'),
  checkId: code('Check of the log that found the events'),
  from: code('First UTC day of the check: 2026-11-30'),
  to: code('Last UTC day of the check: 2026-11-30'),
  missing: number('Events in the log that the hub does not have'),
  recovered: number('Missing events that the check recovered from the log'),
  at: time,
};

const missedInLog: CapillaryMissing = {
  source: 'capillary',
  checkId: '0193a1b2-0000-7000-8000-000000000001',
  ...{ from: '2026-11-23', to: '2026-11-23', missing: 4, recovered: 25 },
  at: '2026-11-24T04:00:00.000Z',
};

const imported: Fields = {
  importId: code(),
  source: code('Name of the source'),
  fileName: code(),
  reason: code('Reason why the import failed'),
  accepted: number('Rows that made a new event'),
  duplicate: number('Rows whose event was stored before'),
  quarantined: number('Rows that made no event'),
  at: time,
};

const finished: ImportEnded = {
  importId: '019ab4d1-7c40-7b1e-9d5a-3f2e1c0b9a89',
  source: 'orders',
  fileName: 'orders-2026-11-23.csv',
  reason: null,
  ...{ accepted: 73100, duplicate: 120, quarantined: 3 },
  at: '2026-11-24T03:00:00.000Z',
};

const message: Fields = {
  status: code('Status of the message: the part of the type after message.'),
  at: time,
  deliveryId: code(),
  eventId: code('Event whose message it is'),
  eventType: code(),
  customerId: id('Key of the customer, as the event has it'),
  destination,
  subscription: object({ id: code(), name: code() }),
  channel: code('sms, email or push'),
  reason: code('Reason why the message was not sent'),
  vendorStatus: code('Status that the vendor reported'),
  vendorCode: code("The vendor's error code"),
  externalId: id("The vendor's id of the message"),
  attempts: number('Number of all attempts'),
};

const crm = { id: '4f0c7a52-6d0e-4b7e-9a51-0c7b3b6f2a10', name: 'crm', type: 'invented-crm' };

const paused: DestinationSwitched = {
  destination: crm,
  by: 'hub',
  reason: 'The receiver answered 401: check the bearer token.',
  errorKind: 'credentials',
  at: '2026-11-24T09:30:00.000Z',
};

const dead: DeliveriesEnded = {
  destination: crm,
  subscription: { id: '9c1d2e3f-1a2b-4c3d-8e4f-5a6b7c8d9e0f', name: 'points-to-crm' },
  reason: 'rejected',
  errorKind: 'rejected',
  count: 1,
  firstAt: '2026-11-24T09:30:00.000Z',
  lastAt: '2026-11-24T09:30:00.000Z',
  deliveries: [
    {
      id: '019ab4d1-7c40-7b1e-9d5a-3f2e1c0b9a87',
      eventId: '019ab4d1-7c40-7f00-8a1b-2c3d4e5f6a7b',
      eventType: 'pointsIssued',
      attempts: 1,
      createdAt: '2026-11-24T09:29:59.000Z',
      endedAt: '2026-11-24T09:30:00.000Z',
    },
  ],
};

const sent: MessageReported = {
  status: 'sent',
  at: '2026-11-24T09:30:00.000Z',
  deliveryId: '019ab4d1-7c40-7b1e-9d5a-3f2e1c0b9a87',
  eventId: '019ab4d1-7c40-7f00-8a1b-2c3d4e5f6a7b',
  eventType: 'pointsIssued',
  customerId: '700100200',
  destination: { ...crm, name: 'sms', type: 'invented-sms' },
  subscription: { id: '9c1d2e3f-1a2b-4c3d-8e4f-5a6b7c8d9e0f', name: 'points-by-sms' },
  channel: 'sms',
  reason: null,
  vendorStatus: null,
  vendorCode: null,
  externalId: 'SM0123456789',
  attempts: 1,
};

/** Returns the type of an event about a message, with a sample. */
function messageType(label: string, sample: JsonObject): OperationalEventType {
  return { label, group: 'Messages', fields: message, sample: { ...sent, ...sample } };
}

/** Returns the type of an event about a status that the vendor reported. */
function vendorStatusType(label: string, status: string): OperationalEventType {
  return messageType(label, { status, vendorStatus: status });
}

const silent: StatusesMissing = {
  destination: { ...crm, name: 'sms', type: 'invented-sms' },
  ...{ count: 1, sent: 40, within: '1d', deliveries: dead.deliveries, at: '2026-11-25T09:45:00.000Z' },
};

const FAILING =
  'The vendor refused 10 messages in a row. Last refusal: Twilio error 21660: the setting "from" does not belong to ' +
  'this account.';

const TYPES: Readonly<Record<OperationalType, OperationalEventType>> = {
  'destination.paused': { label: 'Destination paused', group: 'Destinations', fields: switched, sample: paused },
  'destination.resumed': {
    label: 'Destination resumed',
    group: 'Destinations',
    fields: switched,
    sample: { ...paused, by: 'person', reason: null, errorKind: null },
  },
  'destination.failing': {
    label: 'Destination may be failing',
    group: 'Destinations',
    fields: switched,
    sample: { ...paused, reason: FAILING, errorKind: 'rejected' },
  },
  'delivery.dead': { label: 'Deliveries dead', group: 'Deliveries', fields: ended, sample: dead },
  'delivery.unconfirmed': {
    label: 'Deliveries held because the vendor may have taken them',
    group: 'Deliveries',
    fields: ended,
    sample: { ...dead, reason: null, errorKind: 'unconfirmed' },
  },
  'status.missing': {
    label: 'Vendor reported no status',
    group: 'Deliveries',
    fields: missing,
    sample: silent,
  },
  'suppression.added': {
    label: 'Addresses added to the suppression list',
    group: 'Suppressions',
    fields: suppressions,
    sample: optedOut,
  },
  'suppression.removed': {
    label: 'Addresses removed from the suppression list',
    group: 'Suppressions',
    fields: suppressions,
    sample: optedOut,
  },
  'lookup.paused': {
    label: 'Lookup paused',
    group: 'Lookups',
    fields: lookup,
    sample: lookupPaused,
  },
  'lookup.resumed': {
    label: 'Lookup resumed',
    group: 'Lookups',
    fields: lookup,
    sample: { ...lookupPaused, by: 'person', reason: null },
  },
  'capillary.drifted': {
    label: 'Webhook changed at Capillary',
    group: 'Capillary',
    fields: drift,
    sample: drifted,
  },
  'capillary.gap': {
    label: 'Events of Capillary missing',
    group: 'Capillary',
    fields: gap,
    sample: missed,
  },
  'capillary.missing': {
    label: "Events in Capillary's log missing",
    group: 'Capillary',
    fields: logGap,
    sample: missedInLog,
  },
  'import.failed': {
    label: 'Import of a file failed',
    group: 'Imports',
    fields: imported,
    sample: { ...finished, reason: 'A quoted field that begins in line 73222 has no end.' },
  },
  'import.quarantined': {
    label: 'Import of a file left rows out',
    group: 'Imports',
    fields: imported,
    sample: finished,
  },
  'message.sent': messageType('Message sent', {}),
  'message.delivered': vendorStatusType('Message delivered', 'delivered'),
  'message.opened': vendorStatusType('Message opened', 'opened'),
  'message.clicked': vendorStatusType('Link in a message clicked', 'clicked'),
  'message.bounced': vendorStatusType('Message bounced', 'bounced'),
  'message.undelivered': vendorStatusType('Message not delivered', 'undelivered'),
  'message.failed': messageType('Message failed', {
    status: 'failed',
    reason: 'rejected',
    vendorCode: '21211',
    externalId: null,
  }),
  'message.suppressed': messageType('Message suppressed', {
    status: 'suppressed',
    reason: 'opt-out',
    externalId: null,
    attempts: 0,
  }),
};

/** Event types of the hub's operational events. */
export const CATALOGUE: readonly EventTypeInfo[] = Object.entries(TYPES).map(
  ([type, { label, group, fields, sample }]) => ({ type, label, group, schema: schemaOf(object(fields)), sample }),
);

/**
 * Paths of operational events. No path is personal, and all declared paths are safe. The customer of a message already
 * has the stored form, so a number is an id of the platform.
 */
export const DECLARED_PATHS: ReadonlyMap<string, PersonalPaths> = new Map(
  Object.entries(TYPES).map(([type, { fields }]) => [
    type,
    { ...pathsOf(object(fields), 'data'), platformIds: 'customerId' in fields ? ['data.customerId'] : [] },
  ]),
);
