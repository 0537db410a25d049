import { compileTask } from '@patchbay/mapping';
import type { DestinationTypeFacts, FieldProblem, JsonObject, SourceAdapter } from '@patchbay/core';
import type { EditChecks, FieldKinds } from '../brand-edit/edit-checks.js';
import type { BrandChecks } from '../brand-file/brand-checks.js';

const EVENT_TYPES = ['pointsIssued', 'pointsRedeemed', 'transactionAdded'];
const SAFE: Readonly<Record<string, readonly string[]>> = {
  pointsIssued: ['data.totalPointsIssued', 'data.coupons.*.code', 'data.loyaltyProgramDetails.**'],
  pointsRedeemed: ['data.totalPointsRedeemed'],
  transactionAdded: ['data.amount'],
};

function adapter(name: string): SourceAdapter {
  return {
    name,
    readsPaths: name === 'json',
    read: () => [],
    catalogue: () => EVENT_TYPES.map((type) => ({ type, label: type, group: 'All', schema: {} })),
    personalPaths: (type) => ({ personal: [], safe: (SAFE[type] ?? []).map((path) => ({ path, type: 'word' })) }),
    recipientOf: () => ({}),
  };
}

interface SampleType {
  readonly messaging: DestinationTypeFacts['messaging'];
  readonly secretFields: readonly string[];
  /** Names of the required fields of credentials and settings. */
  readonly credentials: readonly string[];
  readonly settings: readonly string[];
  readonly presets: readonly string[];
  /** Names that a message must not have. */
  readonly unknownFields: readonly string[];
}

const TYPES: Readonly<Record<string, SampleType>> = {
  webhook: {
    messaging: null,
    secretFields: ['signingSecrets', 'basic.password'],
    credentials: [],
    settings: ['url'],
    presets: ['*'],
    unknownFields: [],
  },
  'twilio-sms': {
    messaging: 'sms',
    secretFields: ['authToken', 'keys.*.secret'],
    credentials: ['accountSid', 'authToken'],
    settings: ['from'],
    presets: ['pointsRedeemed'],
    unknownFields: ['too', 'text'],
  },
  'sendgrid-email': {
    messaging: 'email',
    secretFields: ['apiKey'],
    credentials: ['apiKey'],
    settings: ['from'],
    presets: ['pointsIssued'],
    unknownFields: ['locale', 'subjct'],
  },
};

function missing(required: readonly string[], values: JsonObject): FieldProblem[] {
  return required
    .filter((field) => values[field] === undefined)
    .map((field) => ({ field, message: 'is missing', missing: true }));
}

function facts(type: string): DestinationTypeFacts | undefined {
  const sample = TYPES[type];
  return sample === undefined
    ? undefined
    : {
        type,
        limits: () => ({}),
        idempotent: () => false,
        batch: () => undefined,
        messaging: sample.messaging,
        quotaExcess: 'wait',
        hasStatusCallback: false,
        addressPathsOf: () => [],
        preset: (event) => (sample.presets.includes(event) || sample.presets.includes('*') ? {} : undefined),
      };
}

const ADAPTERS: readonly SourceAdapter[] = [
  { ...adapter('capillary'), referencesOf: () => [], referencePaths: ['data.references.*.id'] },
  adapter('json'),
];

/** Checks with three destination types and two adapters. Only the adapter `capillary` reads references. */
export const sampleChecks: BrandChecks = {
  adapters: new Map(ADAPTERS.map((one) => [one.name, one])),
  destinations: {
    facts,
    checkCredentials: (type, credentials) => missing(TYPES[type]?.credentials ?? [], credentials),
    checkSettings: (type, settings) => [
      ...missing(TYPES[type]?.settings ?? [], settings),
      ...(typeof settings['echo'] === 'string'
        ? [{ field: 'echo', message: `must not be ${settings['echo']}`, missing: false }]
        : []),
    ],
    checkMessageShape: (type, { message }) =>
      Object.keys(message)
        .filter((field) => TYPES[type]?.unknownFields.includes(field))
        .map((field) => ({ field, message: 'is not known here', missing: false })),
  },
  hasPublicUrl: true,
  sharesAwsCredentials: (brand) => brand === 'shared',
  destinationTypes: () => Object.keys(TYPES),
  secretFields: (type) => TYPES[type]?.secretFields,
  compile: compileTask,
};

const NO_FIELDS: FieldKinds = { secret: [], address: [], fileOnly: [], free: [] };

/** The checks of {@link sampleChecks}, for edits through the API. */
export const sampleEditChecks: EditChecks = {
  ...sampleChecks,
  fieldKinds: (type) =>
    type in TYPES
      ? {
          credentials: { ...NO_FIELDS, secret: TYPES[type]?.secretFields ?? [], address: ['oauth2.tokenUrl'] },
          settings: {
            secret: ['signature'],
            address: ['url', 'mirrors.*'],
            fileOnly: ['baseUrl'],
            free: ['template'],
          },
        }
      : undefined,
};
