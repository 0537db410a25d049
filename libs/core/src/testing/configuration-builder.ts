import { createHash } from 'node:crypto';
import type { JsonObject } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy, SourceAuth } from '../configuration/brand-definition.js';
import type {
  BrandRecord,
  ConfigurationRecords,
  DestinationRecord,
  SourceRecord,
  SubscriptionVersionRecord,
} from '../configuration/configuration-snapshot.js';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import type { BrandVault } from '../vault.port.js';

/**
 * Vault that does not encrypt. A sealed value consists of its context and its plaintext, so that tests can read both.
 */
export const plainVault: BrandVault = {
  seal: (context, plaintext) => Buffer.from(`${context}\n${plaintext}`),
  open: (context, sealed) => {
    const text = Buffer.from(sealed).toString();
    if (!text.startsWith(`${context}\n`)) throw new Error('sealed in another context');
    return text.slice(context.length + 1);
  },
  keyedHash: (purpose, value) => createHash('sha256').update(`${purpose}/${value}`).digest('hex'),
};

interface SimpleEvent {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly customerId?: string | number;
  readonly data?: JsonObject;
}

/** Adapter whose events are `{ type, id, customerId, data }` and whose personal path is `data.phone`. */
export const simpleAdapter: SourceAdapter = {
  name: 'simple',
  read: (body) =>
    (Array.isArray(body) ? (body as unknown[]) : [body]).map((one) => {
      const { type, id, customerId, data = {} } = one as SimpleEvent;
      if (typeof type !== 'string') return { kind: 'unreadable', reason: 'The event has no type.', raw: one };
      return {
        kind: 'event',
        event: {
          type,
          eventId: String(id),
          organisation: null,
          occurredAt: null,
          customerIds: customerId === undefined ? [] : [String(customerId)],
          attributes: {},
          data,
        },
      };
    }),
  catalogue: () => [],
  personalPaths: () => ({ personal: ['data.phone'], safe: [{ path: 'data.points', type: 'number' }] }),
  recipientOf: (_type, data) => (typeof data['phone'] === 'string' ? { phone: data['phone'] } : {}),
};

/** Creates the record of a brand `acme`. */
export function brandRecord(privacy: Partial<PrivacyPolicy> = {}): BrandRecord {
  return {
    id: 'brand-1',
    name: 'acme',
    revision: 1,
    timezone: 'UTC',
    privacy: { mode: 'standard', keep: [], personal: [], ...privacy },
    retentionDays: 30,
    recipientOrder: ['event'],
    lookups: {},
    managedBy: 'file',
    file: null,
    vault: plainVault,
  };
}

export function sourceRecord(auth: SourceAuth = { bearer: ['let-me-in'] }): SourceRecord {
  return {
    id: 'source-1',
    brandId: 'brand-1',
    name: 'in',
    adapter: 'simple',
    auth,
    managedBy: 'file',
    file: null,
    disabled: false,
  };
}

export function destinationRecord(also: Partial<DestinationRecord> = {}): DestinationRecord {
  return {
    id: 'destination-1',
    brandId: 'brand-1',
    name: 'out',
    type: 'recorder',
    sealedCredentials: plainVault.seal('destination/destination-1/credentials', '{"key":"k"}'),
    settings: {},
    limits: {},
    retry: { scheduleMs: [0, 5_000] },
    version: 1,
    callback: { version: 1, previousUntil: null },
    managedBy: 'file',
    file: null,
    disabled: false,
    ...also,
  };
}

export function subscriptionRecord(also: Partial<SubscriptionVersionRecord> = {}): SubscriptionVersionRecord {
  return {
    id: 'subscription-1-v1',
    subscriptionId: 'subscription-1',
    brandId: 'brand-1',
    name: 'all',
    version: 1,
    sourceId: 'source-1',
    destinationId: 'destination-1',
    events: ['*'],
    when: null,
    enrich: [],
    ordering: null,
    supersede: false,
    messaging: null,
    mapping: { to: '{{ recipient.phone }}', text: '{{ data.points }} points' },
    managedBy: 'file',
    file: null,
    ...also,
  };
}

export function configurationRecords(also: Partial<ConfigurationRecords> = {}): ConfigurationRecords {
  return {
    revision: 1,
    brands: [brandRecord()],
    sources: [sourceRecord()],
    destinations: [destinationRecord()],
    subscriptions: [subscriptionRecord()],
    ...also,
  };
}
