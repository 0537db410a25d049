import type {
  DeliveriesEnded,
  DestinationSwitched,
  EventTypeInfo,
  JsonObject,
  LookupSwitched,
  OperationalType,
  PersonalPaths,
  StatusesMissing,
  SuppressionsChanged,
} from '@patchbay/core';
import { code, list, number, object, pathsOf, schemaOf, type Fields } from '../capillary/catalogue/field.js';

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
};

/** Event types of the hub's operational events. */
export const CATALOGUE: readonly EventTypeInfo[] = Object.entries(TYPES).map(
  ([type, { label, group, fields, sample }]) => ({ type, label, group, schema: schemaOf(object(fields)), sample }),
);

/** Paths of operational events. No path is personal, and all declared paths are safe. */
export const DECLARED_PATHS: ReadonlyMap<string, PersonalPaths> = new Map(
  Object.entries(TYPES).map(([type, { fields }]) => [type, pathsOf(object(fields), 'data')]),
);
