import { describe, expect, it } from '@jest/globals';
import {
  CompiledBrand,
  toOperationalEvent,
  OPERATIONAL_TYPES,
  PrivacyRules,
  type BrandRecord,
  type DeliveriesEndedEntry,
  type OutboxEntry,
  type DestinationSwitchedEntry,
} from '@patchbay/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { sourceAdapters } from '../source-adapters.js';
import { patchbayAdapter } from './patchbay.adapter.js';

const brandRecord: BrandRecord = {
  ...{
    id: 'b',
    name: 'acme',
    revision: 1,
    timezone: 'UTC',
    retentionDays: 30,
    lookups: {},
    managedBy: 'api',
    file: null,
  },
  ...{ privacy: { mode: 'standard', keep: [], personal: [] }, recipientOrder: [] },
  vault: { seal: () => Buffer.alloc(0), open: () => '', keyedHash: () => '' },
};
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
const nothing = new CompiledBrand(
  { brand: brandRecord, sources: [], deletedSources: [], destinations: [], subscriptions: [] },
  sourceAdapters(),
);

const at = { brandId: 'b', destinationId: 'd', firstAt: 1_000, lastAt: 2_000 };
const paused: DestinationSwitchedEntry = {
  ...{ ...at, type: 'destination.paused', version: 3 },
  ...{ by: 'hub', reason: 'The key was refused.', errorKind: 'credentials' },
};
const dead: DeliveriesEndedEntry = {
  ...{ ...at, type: 'delivery.dead', subscriptionId: 's', reason: 'rejected', errorKind: 'rejected', count: 1 },
  deliveries: [
    {
      ...{ id: 'x', eventId: 'e', eventType: 'pointsIssued', attempts: 2 },
      ...{ createdAt: '2026-11-24T09:30:00.000Z', endedAt: '2026-11-24T09:30:01.000Z' },
    },
  ],
};
const NOTES: readonly OutboxEntry[] = [
  paused,
  { ...paused, type: 'destination.resumed', by: 'person', reason: null, errorKind: null },
  { ...paused, type: 'destination.failing', errorKind: 'rejected' },
  dead,
  { ...dead, type: 'delivery.unconfirmed', reason: null, errorKind: 'unconfirmed' },
  {
    ...{ ...at, type: 'message.bounced', entry: '7', deliveryId: 'x', eventId: 'e', eventType: 'pointsIssued' },
    ...{ subscriptionId: 's', customerId: '700100200300', reason: null, vendorStatus: 'bounced', vendorCode: '550' },
    ...{ externalId: 'm-1', attempts: 1, at: 500 },
  },
  { ...at, type: 'status.missing', count: 1, sent: 3, withinMs: 3_600_000, deliveries: dead.deliveries },
];

/** Returns the schema with undeclared properties forbidden at every depth. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  return { ...Object.fromEntries(entries), ...('properties' in schema ? { additionalProperties: false } : {}) };
}

describe('operational events', () => {
  it('are in the catalogue, with samples that match their schemas', () => {
    expect(patchbayAdapter.catalogue().map(({ type }) => type)).toEqual([...OPERATIONAL_TYPES]);
    for (const { type, schema, sample } of patchbayAdapter.catalogue()) {
      const validate = ajv.compile(closed(schema) as object);
      expect({ type, valid: validate(sample), errors: validate.errors }).toEqual({ type, valid: true, errors: null });
    }
  });

  it.each(NOTES.map((note) => [note.type, note] as const))('match the catalogue: %s', (type, note) => {
    const info = patchbayAdapter.catalogue().find((known) => known.type === type);
    const validate = ajv.compile(closed(info?.schema) as object);
    const event = toOperationalEvent(note, nothing);
    expect({ valid: validate(event.data), errors: validate.errors }).toEqual({ valid: true, errors: null });
    expect(Object.keys(event.data).sort()).toEqual(Object.keys(info?.sample ?? {}).sort());
  });

  it.each(['standard', 'pii-less'] as const)('are kept completely and unsealed by a %s brand', (mode) => {
    const rules = new PrivacyRules({ mode, keep: [], personal: [] }, { keyedHash: () => 'none' }, (type) =>
      patchbayAdapter.personalPaths(type),
    );
    for (const note of NOTES) {
      const event = toOperationalEvent(note, nothing);
      expect(rules.protect(event)).toMatchObject({ event, personal: [] });
    }
  });

  it('get the same id for the same occurrence, and another id for the next one', () => {
    expect(NOTES.map((note) => toOperationalEvent(note, nothing).eventId)).toEqual([
      'destination.paused:d:3',
      'destination.resumed:d:3',
      'destination.failing:d:3:1000',
      'delivery.dead:x:2',
      'delivery.unconfirmed:x:2',
      'message.bounced:x:7',
      'status.missing:x:2',
    ]);
  });

  it('are never read from a body', () => {
    expect(patchbayAdapter.read({ type: 'destination.paused' }, {})).toEqual([]);
  });
});
